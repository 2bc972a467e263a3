/**
 * Lanes and requests as texts: `hyper-v.dec21140,move.device-model=hypervisor` in addresses,
 * `hyper-v/dec21140/tx?count=8` in prose. This is syntax alone; which names and numbers there are, `scenarioFor` knows.
 */
import { type Request, type Settings, settingsFrom, type SettingWord, wordsOf } from './request.ts';
import { ScenarioError } from './scenario-error.ts';
import { type LaneSettings, type LaneSetup, sharedOnly } from './setup.ts';

/** A flow of prose. */
export interface Flow extends Request {
  readonly operation: string;
}

/** `hyper-v/dec21140/tx?count=8&move=device-model=hypervisor` as a request. Throws a ScenarioError. */
export function flowIn(text: string): Flow {
  const [[architecture, device, operation, ...more], given] = partsOf(text);
  if (!architecture || !device || !operation || more.length > 0) {
    throw new ScenarioError(`a flow is written architecture/device/operation, not '${text}'`);
  }
  const settings = settingsFrom([['operation', operation], ...given]);
  return { architecture, device, ...settings, operation };
}

/** A request as prose names it: `flowIn` takes it back. */
export function flowName({ architecture, device, operation, ...settings }: Flow): string {
  const query = wordsOf(settings)
    .map(([word, text]) => `${word}=${text}`)
    .join('&');
  return `${architecture}/${device}/${operation}${query === '' ? '' : `?${query}`}`;
}

/** Architecture and device of a lane in words, with settings of its own behind a question mark. */
export type LaneName = `${string}/${string}`;

/**
 * `lanes('hyper-v/netvsc', 'esxi/e1000?driver=x')`: lanes in words, for figures. Throws a ScenarioError.
 */
export const lanes = (...names: readonly LaneName[]): LaneSetup[] =>
  names.map((text) => {
    const [[architecture, device, ...more], given] = partsOf(text);
    if (!architecture || !device || more.length > 0) {
      throw new ScenarioError(`a lane is written architecture/device, not '${text}'`);
    }
    return { architecture, device, ...laneSettingsFrom(given, text) };
  });

/** The names before the question mark, and the settings behind it. */
function partsOf(text: string): readonly [names: readonly string[], given: readonly SettingWord[]] {
  const [path, query] = cut(text, '?');
  return [path.split('/'), query === '' ? [] : query.split('&').map((pair) => cut(pair, '='))];
}

/** `hyper-v.dec21140,driver.x,set.vm-exit=900` of an address as a lane. Throws a ScenarioError. */
export function laneIn(text: string): LaneSetup {
  const [name, settings] = cut(text, ',');
  const [architecture, device, ...more] = name.split('.');
  if (!architecture || !device || more.length > 0) {
    throw new ScenarioError(`a lane is written architecture.device, not '${name}'`);
  }
  return { architecture, device, ...laneSettingsFrom(addressWords(settings), text) };
}

/** A lane as addresses carry it: `laneIn` takes it back. Throws a ScenarioError for what no address can carry. */
export function laneText({ architecture, device, ...settings }: LaneSetup): string {
  const own = settingsText(settings);
  return safe(`${architecture}.${device}`) + (own === '' ? '' : `,${own}`);
}

/** `vms.4,set.vm-exit=900` of an address as settings. Throws a ScenarioError. */
export const settingsIn = (text: string): Settings => settingsFrom(addressWords(text));

/** Settings as addresses carry them: `settingsIn` takes them back. Throws as `laneText` does. */
export const settingsText = (settings: Settings): string =>
  wordsOf(settings)
    .map(([word, text]) => safe(`${word}.${text}`))
    .join(',');

const addressWords = (text: string): readonly SettingWord[] =>
  text === '' ? [] : text.split(',').map((pair) => cut(pair, '.'));

function laneSettingsFrom(given: readonly SettingWord[], text: string): LaneSettings {
  const settings = settingsFrom(given);
  const shared = sharedOnly.find((key) => settings[key] !== undefined);
  if (shared === undefined) return settings;
  throw new ScenarioError(`${shared} is the same for all lanes: leave it out of '${text}'`);
}

/** A text before and behind a character's first place. */
function cut(text: string, at: string): readonly [string, string] {
  const place = text.indexOf(at);
  return place < 0 ? [text, ''] : [text.slice(0, place), text.slice(place + 1)];
}

/** Stands as it is in a query, and parts neither settings (`,`) nor what else an address says (`~`). */
function safe(text: string): string {
  if (/^[\w.@=:!()-]*$/.test(text)) return text;
  throw new ScenarioError(
    `an address cannot carry '${text}': use letters, digits and . - _ @ = : ! ( )`,
  );
}
