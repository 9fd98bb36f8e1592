/**
 * Writes down what the package exports, one file an entry point in api: `api-report.js` compares, and fails
 * where a public signature has changed; `api-report.js --write` takes the change over.
 */
const path = require('node:path');
const { CompilerState, Extractor, ExtractorConfig } = require('@microsoft/api-extractor');
const manifest = require('../package.json');
const { root } = require('./lib/step');
const { setUp } = require('./setup');

const entries = Object.entries(manifest.exports).filter(([, target]) => target.types);
const write = process.argv.includes('--write');

/** Beside the signatures a report has remarks on release tags, which this package does without. */
const QUIET = { default: { logLevel: 'none' } };

function configOf([name, { types }]) {
  const file = name === '.' ? 'holdfast' : name.slice(2);
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: path.join(root, types),
      compiler: { tsconfigFilePath: path.join(root, 'tsconfig.build.json'), skipLibCheck: true },
      apiReport: {
        enabled: true,
        reportFileName: `${file}.api.md`,
        reportFolder: path.join(root, 'api'),
        reportTempFolder: path.join(root, 'reports', 'api'),
        includeForgottenExports: false,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: { compilerMessageReporting: QUIET, extractorMessageReporting: QUIET, tsdocMessageReporting: QUIET },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: path.join(root, 'package.json'),
  });
}

async function main() {
  await setUp({ python: false });
  const configs = entries.map(configOf);
  // One program for all of them: they share nearly every file.
  const additionalEntryPoints = configs.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath);
  const compilerState = CompilerState.create(configs[0], { additionalEntryPoints });
  const messageCallback = (message) => {
    message.handled = message.logLevel !== 'error';
  };
  const changed = configs.filter(
    (config) => Extractor.invoke(config, { compilerState, localBuild: write, messageCallback }).apiReportChanged,
  );
  const names = changed.map(({ reportFilePath }) => path.relative(root, reportFilePath)).join(', ');
  if (changed.length === 0) console.log('The exports are as the reports in api say.');
  else if (write) console.log(`Written: ${names}`);
  else {
    console.error(
      `The exports differ from ${names}. Is the change meant? node scripts/api-report.js --write, and a line in the changelog.`,
    );
    process.exitCode = 1;
  }
}

main();
