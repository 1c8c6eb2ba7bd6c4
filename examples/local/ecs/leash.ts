/**
 * Loaded into each task's process before its own code: ends it when the process that runs ECS is gone, however that
 * ended, so that nothing is left behind.
 */
process.once('disconnect', () => process.exit(1));
// Listening for it must not keep a process alive that has ended by itself.
process.channel?.unref();
