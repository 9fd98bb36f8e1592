import { createLogger } from '../../src/logging';
import { installRuntime } from '../../src/worker/runtime';
import { countWorkflowCode } from './coverage';

/** Keeps the SDK's chatter out of the tests' output; each test file runs in a module registry of its own. */
installRuntime(createLogger('silent', 'test'));
countWorkflowCode();
