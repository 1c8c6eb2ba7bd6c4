import { askUdp } from '../../../stand-ins/dns/client.ts';

/** `node asker.ts <port> <name> <times>`: asks one query after the other and prints how many were answered. */
const [port = '', name = '', times = ''] = process.argv.slice(2);
let answered = 0;
for (let query = 0; query < Number(times); query++) {
  const reply = await askUdp(Number(port), { name, type: 'A' }).catch(() => undefined);
  if (reply?.rcode === 'NOERROR') answered += 1;
}
console.log(answered);
