import { existsSync, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ContainerDefinition, TaskOverride } from '@aws-sdk/client-ecs';
import { quoted } from '../../../functions/domain/words/text.ts';

/** What a container runs here. */
export interface Command {
  /** Behind `node`. */
  readonly args: readonly string[];
  /** Absolute. */
  readonly folder: string;
}

/** A container that cannot be started here; the message says what was given and what is allowed. */
export class CannotStartError extends Error {
  override readonly name = 'CannotStartError';
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}

/** The examples' folder is what their images hold; images are not looked at. */
export const IMAGE_FOLDER = fileURLToPath(new URL('../../', import.meta.url));

const EXAMPLE = '"command": ["node", "/path/to/hello.mjs"]';

/**
 * What a container definition means on this machine: its entry point and command, in its working directory or the
 * examples' folder. Its image is not looked at.
 *
 * @throws CannotStartError for anything but node with a file that exists
 */
export function commandOf(
  { name, entryPoint = [], command = [], workingDirectory }: ContainerDefinition,
  { containerOverrides = [] }: TaskOverride = {},
): Command {
  const overriding = containerOverrides.find((one) => one.name === name)?.command;
  const [program, ...args] = [...entryPoint, ...(overriding ?? command)];
  if (program === undefined) {
    throw new CannotStartError(`container ${quoted(name ?? '')} has no command`, `give it one: ${EXAMPLE}`);
  }
  if (program !== 'node') {
    const advice = `images are not run on this machine: give a command that begins with "node", ${EXAMPLE}`;
    throw new CannotStartError(`executable ${quoted(program)} is not known: only node is run here`, advice);
  }
  const folder = folderOf(workingDirectory);
  const [file] = args;
  if (file !== undefined && !file.startsWith('-') && !isFile(resolve(folder, file))) {
    const advice = isAbsolute(file)
      ? 'give the absolute path of a file that exists'
      : `a relative path begins in ${folder}: give an absolute one, or "workingDirectory"`;
    throw new CannotStartError(`there is no file ${quoted(resolve(folder, file), 200)}`, advice);
  }
  return { args, folder };
}

function folderOf(workingDirectory = IMAGE_FOLDER): string {
  if (isAbsolute(workingDirectory) && existsSync(workingDirectory)) return workingDirectory;
  throw new CannotStartError(
    `workingDirectory ${quoted(workingDirectory)} is no folder of this machine`,
    'give the absolute path of a folder that exists, or none',
  );
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
