import { architectures, devicesOf, operationsOf, runRequest } from '#engine/index.ts';
import { seededRandom } from '#engine/random.ts';
const r=seededRandom(Number(process.argv[2]??1)); const pick=<T>(a:readonly T[])=>a[r.below(a.length)]!;
const bad=new Map<string,number>();
for (let i=0;i<Number(process.argv[3]??3000);i++){ const a=pick(architectures); const ds=devicesOf(a); if(!ds.length) continue; const d=pick(ds); const operation=pick(operationsOf[d.kind]);
 const q={architecture:a.id,device:d.id,interrupts:pick(d.interrupts),operation,pattern:pick(['spaced','burst','open'] as const),count:1+r.below(30),batch:1+r.below(6),bytes: operation==='flush'?0: d.kind==='storage'?512*(1+r.below(300)):60+r.below(5000), seed:r.below(1000), ...(r.below(2)?{rate:1000+r.below(500000)}:{})} as any;
 if (q.rate) q.pattern='open'; else if (r.below(2)) { q.queueDepth=1+r.below(12);} 
 try { const x=runRequest(q); const done=x.trace.filter(e=>e.kind==='request'&&e.state==='completed').length; if (done+x.totals.lost!==q.count||x.ended!=='idle'|| x.totals.lost){const k=`${q.device} ${q.operation} ${q.interrupts}`; if(!bad.has(k)) console.log(done,x.totals.lost,x.ended,JSON.stringify(q)); bad.set(k,(bad.get(k)??0)+1);} }
 catch(e){ console.log('THROW',(e as Error).message, JSON.stringify(q)); }
}
console.log([...bad]);
