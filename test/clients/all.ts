import type { Client } from './client.ts';
import { coredns, dnsmasq, unbound } from './programs/caches.ts';
import { haproxy, haproxyHosts, haproxySmall, haproxyUdp } from './programs/haproxy.ts';
import { nginx, nginxReload } from './programs/nginx.ts';
import { curl, go, java, node, python } from './programs/programs.ts';
import { prometheus } from './programs/prometheus.ts';

/** In the order of the page. A new one is a file of `programs`, a folder of `examples/clients`, and a name here. */
export const CLIENTS: readonly Client[] = [
  haproxy,
  haproxySmall,
  haproxyUdp,
  haproxyHosts,
  nginx,
  nginxReload,
  prometheus,
  dnsmasq,
  unbound,
  coredns,
  node,
  go,
  python,
  java,
  curl,
];
