import { runRequest } from '#engine/index.ts';
const r=runRequest({"architecture":"esxi","device":"pcnet32","interrupts":"intx","operation":"tx","pattern":"open","count":14,"batch":1,"bytes":4636,"seed":393});
for (const e of r.trace.slice(-60)) console.log(e.id,e.at,e.until,e.request,e.phase,e.kind,e.domain,'<-',e.cause,e.activity.sentence.slice(0,60), JSON.stringify((e as {access?:unknown}).access??(e as {state?:string}).state??((e as {raised?:boolean}).raised)??''));
