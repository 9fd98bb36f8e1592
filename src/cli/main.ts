import { shippedCatalogue } from './catalogue';
import { runCli } from './program';

void runCli(process.argv.slice(2), shippedCatalogue);
