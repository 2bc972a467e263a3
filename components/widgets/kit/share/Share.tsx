/** What a reader can take away: a link at once, all else when it is asked for. */
import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { FileKind } from './save.ts';
import { frameCode, type Taken } from './taken.ts';

interface ShareProps {
  readonly taken: Taken;
  /** Says what has happened, to the eye beside the buttons and once to the ear. */
  readonly say: (sentence: string) => void;
  readonly said: string;
  /** Further buttons of the same row. */
  readonly children?: ComponentChildren;
}

export function Share({ taken, say, said, children }: ShareProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const copy = async (what: string, text: () => string | Promise<string>): Promise<void> => {
    try {
      await navigator.clipboard.writeText(await text());
      say(`${what} copied.`);
    } catch {
      say('The browser does not allow copying here.');
    }
  };
  const file = async (kind: FileKind): Promise<void> => {
    try {
      const { save } = await import('./save.ts');
      say(`${await save(taken, kind)} saved.`);
    } catch (error) {
      say(`It could not be saved: ${error instanceof Error ? error.message : String(error)}.`);
    }
  };
  return (
    <div class="share">
      <Item
        label={taken.isPlace ? 'Copy link to this step' : 'Copy link'}
        act={() => copy('Link', taken.link)}
      />
      <button type="button" class="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        Take away
      </button>
      {children}
      {open && <Items taken={taken} copy={copy} file={file} />}
      <span class="said">{said}</span>
    </div>
  );
}

interface ItemsProps {
  readonly taken: Taken;
  readonly copy: (what: string, text: () => string | Promise<string>) => Promise<void>;
  readonly file: (kind: FileKind) => Promise<void>;
}

function Items({ taken, copy, file }: ItemsProps): JSX.Element {
  const { title, embed, picture, mermaid, table, data } = taken;
  return (
    <div class="items" role="group" aria-label="Take away">
      {embed !== undefined && (
        <Item
          label="Copy frame code"
          act={() => copy('Frame code', async () => frameCode(title, await embed()))}
        />
      )}
      {mermaid !== undefined && (
        <Item label="Copy as Mermaid" act={() => copy('Mermaid text', mermaid)} />
      )}
      {picture !== undefined && <Item label="Download SVG" act={() => file('svg')} />}
      {picture !== undefined && <Item label="Download PNG" act={() => file('png')} />}
      {table !== undefined && <Item label="Download CSV" act={() => file('csv')} />}
      {data !== undefined && <Item label="Download JSON" act={() => file('json')} />}
    </div>
  );
}

interface ItemProps {
  readonly label: string;
  readonly act: () => Promise<void>;
}

const Item = ({ label, act }: ItemProps): JSX.Element => (
  <button type="button" class="button" onClick={() => void act()}>
    {label}
  </button>
);
