// What this tablet keeps: ratings that wait, ratings that were refused, and what it knows of itself.
// Each rating is written to the browser's database, to the disk, before anything says that it is saved.
"use strict";
const KioskStore = (() => {
  const WAITING = "waiting", REFUSED = "refused", DEVICE = "device";

  const opened = new Promise((resolve, reject) => {
    const request = indexedDB.open("xla-kiosk", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(WAITING, { keyPath: "id" });
      request.result.createObjectStore(REFUSED, { keyPath: "id" });
      request.result.createObjectStore(DEVICE);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  opened.catch(() => {});

  const run = async (names, mode, work) => {
    const database = await opened;
    return new Promise((resolve, reject) => {
      const change = database.transaction(names, mode, { durability: "strict" });
      let result;
      change.oncomplete = () => resolve(result);
      change.onabort = () => reject(change.error);
      work(change, (value) => (result = value));
    });
  };

  const read = (name, ask) =>
    run([name], "readonly", (change, give) => {
      ask(change.objectStore(name)).onsuccess = (event) => give(event.target.result);
    });

  return {
    know: (name) => read(DEVICE, (store) => store.get(name)),
    learn: (name, value) => run([DEVICE], "readwrite", (change) => change.objectStore(DEVICE).put(value, name)),
    keep: (rating) => run([WAITING], "readwrite", (change) => change.objectStore(WAITING).put(rating)),
    waiting: (most) => read(WAITING, (store) => store.getAll(null, most)),
    refused: () => read(REFUSED, (store) => store.getAll()),
    count: async () => ({
      waiting: await read(WAITING, (store) => store.count()),
      refused: await read(REFUSED, (store) => store.count()),
    }),

    // What became of ratings that were sent: those refused are put aside; one that grew meanwhile stays.
    settle: (sent, results) =>
      run([WAITING, REFUSED], "readwrite", (change) => {
        const waiting = change.objectStore(WAITING);
        sent.forEach((rating, at) => {
          if (results[at].result === "refused") {
            change.objectStore(REFUSED).put({ ...rating, why: results[at].reason });
            waiting.delete(rating.id);
            return;
          }
          waiting.get(rating.id).onsuccess = (event) => {
            if (event.target.result?.version === rating.version) waiting.delete(rating.id);
          };
        });
      }),
  };
})();
