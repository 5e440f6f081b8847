// Keeps the kiosk's page and all it needs, so that a tablet starts without a connection.
"use strict";
const FILES = {{ files | tojson }};
const KEPT = "xla-kiosk-{{ version }}";
const PAGE = {{ page | tojson }};
const PATIENCE = 3000;

const keep = async (request, response) => {
  if (response.ok) await (await caches.open(KEPT)).put(request, response.clone());
  return response;
};

const fresh = async (request) => {
  const waited = new Promise((_resolve, reject) => setTimeout(reject, PATIENCE));
  try {
    return await Promise.race([fetch(request).then((response) => keep(PAGE, response)), waited]);
  } catch {
    return (await caches.match(PAGE)) ?? Response.error();
  }
};

const kept = async (request) =>
  (await caches.match(request)) ?? fetch(request).then((response) => keep(request, response));

self.addEventListener("install", (event) => {
  const added = caches
    .open(KEPT)
    .then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" }))));
  event.waitUntil(added.then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const forget = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("xla-kiosk-") && name !== KEPT) await caches.delete(name);
    }
    await self.clients.claim();
  };
  event.waitUntil(forget());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(fresh(request));
  else if (url.pathname.startsWith("/static/") || url.pathname === "/branding/logo.png")
    event.respondWith(kept(request));
});
