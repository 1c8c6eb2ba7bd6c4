#!/usr/bin/env node
import { dispatch } from './dispatch.ts';
import { processIo } from './io.ts';

process.exitCode = await dispatch(process.argv.slice(2), processIo());
