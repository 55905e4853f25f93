/* Keeps one file, as the real page's worker keeps its code. */
self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open('assets').then((cache) => cache.put('/cached', new Response('x'.repeat(200000)))),
  );
});
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
