import { createServer } from 'node:http';

const { HOST, PORT, VERSION } = process.env;
const server = createServer((_, response) => response.end(`hello from version ${VERSION}\n`));
server.listen(Number(PORT), HOST, () => console.log(`listening on ${HOST}:${PORT}`));

// Whoever has looked the name up before still comes: serve on for a while, then end.
process.once('SIGTERM', () => setTimeout(() => process.exit(0), 12_000));
