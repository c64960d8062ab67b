import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where the observer is while the console is developed; the built console is served by the observer itself. */
const observer = process.env['OBSERVER_URL'] ?? 'http://127.0.0.1:3010';

export default defineConfig({
  plugins: [react()],
  build: { outDir: '../../dist/apps/console', emptyOutDir: true, target: 'es2023' },
  server: { host: '127.0.0.1', port: 3011, proxy: { '/api': observer, '/services': observer } },
});
