import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `HOLDFAST_API=http://127.0.0.1:3000 npm run dev -w web` works on the pages against a running API. */
const api = process.env.HOLDFAST_API ?? 'http://127.0.0.1:3000';

const proxy = Object.fromEntries(
  ['/v1', '/health', '/version', '/openapi.json'].map((path) => [path, { target: api }]),
);

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist',
    target: 'es2022',
    // Inline assets would need data: in the policy of the pages.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
  },
  server: { proxy },
  preview: { proxy },
});
