// The line to the server: pairing, the set-up, and the ratings that wait, each sent until it is answered.
"use strict";
const KioskLine = (() => {
  const MOST = 100, PATIENCE = 15_000, FIRST_PAUSE = 5_000, LONGEST_PAUSE = 60_000;
  const line = {
    trouble: null, // "cut" (no connection), "server" (it answers, but not well), or none
    isBehind: false, // whether ratings wait that could not be sent when it was last tried
    gone: null, // "revoked" or "unknown": this tablet is no kiosk any more
    held: null, // the rating somebody is still adding to: told once, and again when they are done
    changed: () => {},
  };
  let isSending = false, isWanted = false, size = MOST, pause = FIRST_PAUSE, timer = 0;

  const ask = async (path, told) => {
    const secret = (await KioskStore.know("paired"))?.secret;
    let response;
    try {
      response = await fetch(`/kiosk/${path}`, {
        method: told ? "POST" : "GET",
        body: told && JSON.stringify(told),
        headers: { "Content-Type": "application/json", ...(secret && { Authorization: `Bearer ${secret}` }) },
        cache: "no-store",
        credentials: "omit",
        signal: AbortSignal.timeout(PATIENCE),
      });
      const answer = await response.json();
      line.trouble = response.ok ? null : "server";
      if (response.status === 401) line.gone = answer.problem;
      return { status: response.status, answer, isDone: response.ok };
    } catch {
      line.trouble = response?.status >= 500 ? "server" : "cut"; // what is no answer of ours is no connection
      return { status: 0, answer: {}, isDone: false };
    }
  };

  // Ratings given while this tablet was another kiosk belong elsewhere: they are put aside, never sent.
  const batch = async (kiosk) => {
    const ratings = await KioskStore.waiting(size + 1);
    const foreign = ratings.filter((rating) => rating.kiosk !== kiosk);
    await KioskStore.settle(foreign, foreign.map(() => ({ result: "refused", reason: "kiosk" })));
    const ours = ratings.filter((rating) => rating.kiosk === kiosk);
    return ours.filter((rating) => rating.id !== line.held || rating.version === 1).slice(0, size);
  };

  const sendAll = async (kiosk) => {
    for (let sent = await batch(kiosk); sent.length; sent = await batch(kiosk)) {
      const ratings = sent.map(({ id, question, score, felt, reasons }) => ({ id, question, score, felt, reasons }));
      const told = { sent: Date.now(), ratings, ...(await KioskStore.count()) };
      const { status, answer, isDone } = await ask("ratings", told);
      if (isDone && answer.results?.length === sent.length) {
        await KioskStore.settle(sent, answer.results);
        size = MOST;
      } else if (status !== 400 && status !== 413) {
        return;
      } else if (sent.length > 1) {
        size = 1; // one of them can't be read: find it
      } else {
        await KioskStore.settle(sent, [{ result: "refused", reason: "shape" }]);
      }
      line.changed();
    }
  };

  line.send = async () => {
    isWanted = true;
    if (isSending) return;
    isSending = true;
    clearTimeout(timer);
    try {
      const paired = await KioskStore.know("paired");
      while (isWanted && paired && !line.gone) {
        isWanted = false;
        await sendAll(paired.kiosk);
      }
    } finally {
      isSending = false;
    }
    const isStuck = line.trouble && !line.gone;
    line.isBehind = Boolean(isStuck);
    pause = isStuck ? Math.min(2 * pause, LONGEST_PAUSE) : FIRST_PAUSE;
    if (isStuck) timer = setTimeout(line.send, pause);
    line.changed();
  };

  // Tell that the tablet is there; fetch the set-up where another holds now. Gives it, or null.
  line.report = async (version) => {
    if (line.gone || !(await KioskStore.know("paired"))) return null;
    const { answer, isDone } = await ask("alive", await KioskStore.count());
    const found = isDone && answer.version !== version ? await ask("set-up") : null;
    line.changed();
    if (!found?.isDone) return null;
    await KioskStore.learn("setUp", found.answer);
    return found.answer;
  };

  // Use a code up. Gives what is wrong with it, or null.
  line.pair = async (code) => {
    const { status, answer, isDone } = await ask("pair", { code });
    if (!isDone) return status ? answer.problem : "offline";
    await KioskStore.learn("setUp", null);
    await KioskStore.learn("paired", answer);
    line.gone = null;
    return null;
  };
  return line;
})();
