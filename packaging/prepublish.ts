/** What is published is the tarball that was released and checked, never what a working tree would make of itself now. */
if (process.env.npm_config_dry_run !== 'true') {
  console.error(
    'to publish: npm publish release/<name>-<version>.tgz, made by npm run release; here only --dry-run goes on',
  );
  process.exitCode = 1;
}
