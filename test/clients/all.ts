import type { Client } from './client.ts';
import { haproxy, haproxySmall, haproxyUdp } from './programs/haproxy.ts';
import { nginx, nginxReload } from './programs/nginx.ts';
import { prometheus } from './programs/prometheus.ts';

/** In the order of the page. A new one is a file of `programs`, a folder of `examples/clients`, and a name here. */
export const CLIENTS: readonly Client[] = [haproxy, haproxySmall, haproxyUdp, nginx, nginxReload, prometheus];
