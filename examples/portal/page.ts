import { createHash } from 'node:crypto';

export interface Page {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Fills `{{name}}` in the page, and lets the browser run and load nothing but the page's own script and style. */
export function readPage(template: string, values: Readonly<Record<string, string>>): Page {
  const body = template
    .replaceAll('\r\n', '\n')
    .replace(/\{\{(\w+)\}\}/g, (_, name: string) => escapeHtml(values[name] ?? ''));
  const policy = [
    "default-src 'none'",
    "connect-src 'self'",
    // The empty icon, so that no browser asks for another one.
    'img-src data:',
    `script-src ${hashOf(body, 'script')}`,
    `style-src ${hashOf(body, 'style')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return { body, headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy } };
}

function hashOf(html: string, element: 'script' | 'style'): string {
  const [, content = ''] = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(html) ?? [];
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
