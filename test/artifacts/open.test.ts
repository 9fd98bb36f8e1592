import { readConfig } from '../../src/config';

it('says what to install when a bucket is asked for and the packages for it are absent', () => {
  jest.isolateModules(() => {
    jest.doMock('@aws-sdk/client-s3', () => {
      throw Object.assign(new Error("Cannot find module '@aws-sdk/client-s3'"), { code: 'MODULE_NOT_FOUND' });
    });
    const { openArtifactStore } = require('../../src/artifacts/open') as typeof import('../../src/artifacts/open');
    expect(() => openArtifactStore(readConfig({ HOLDFAST_ARTIFACTS: 's3://team/x' }))).toThrow(
      'HOLDFAST_ARTIFACTS is s3://team/x/, but the packages for S3 are not installed: npm install @aws-sdk/client-s3',
    );
    expect(() => openArtifactStore(readConfig({}))).not.toThrow();
  });
});
