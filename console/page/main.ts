import { render } from 'preact';
import { App } from './app.ts';
import { html } from './html.ts';
import { takeToken } from './live/token.ts';

const page = document.getElementById('page');
if (page) {
  const token = takeToken();
  page.replaceChildren();
  render(html`<${App} token=${token} />`, page);
}
