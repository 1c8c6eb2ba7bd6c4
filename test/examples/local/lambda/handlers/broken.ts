class InvalidConfigurationError extends Error {
  override readonly name = 'InvalidConfigurationError';
}

throw new InvalidConfigurationError('invalid environment');
