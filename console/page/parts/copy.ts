import { useEffect, useState } from 'preact/hooks';
import { html, type Piece } from '../html.ts';

/** Milliseconds that a button says what it has done. */
const SAID_FOR = 2_500;

/** A command, and a button that puts it into the clipboard and says so. */
export function Copyable({ text, what }: { text: string; what: string }): Piece {
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSaid(''), SAID_FOR);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied'),
      () => setSaid('Not allowed: select it'),
    );
  return html`
    <div class="copyable">
      <code tabindex="0" role="group" aria-label=${what}>${text}</code>
      <button type="button" class="small" onClick=${copy} aria-label="Copy ${what}">${said || 'Copy'}</button>
      <span class="unseen" role="status">${said && `${said}: ${what}`}</span>
    </div>`;
}
