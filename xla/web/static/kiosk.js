// The kiosk: a question, its faces, what it was about, thanks, and back to the start. What is tapped is stored
// on the tablet first; KioskLine sends it on. Nothing here waits for a connection.
"use strict";
(() => {
  const REASONS_SECONDS = 12, THANKS_SECONDS = 5, MORE_SECONDS = 60, REPORT_EVERY = 60_000, WAIT = 5_000, MOST_IN_A_ROW = 7;
  const STEPS = ["pair", "ask", "why", "thanks", "closed", "none"];
  const $ = (id) => document.getElementById(id);
  let setUp = null, coming = null, step = "none", rating = null, left = 0, whole = 0, isBusy = false, mustReload = false, isPaired = false;

  const said = (name) => setUp.words.map((words) => words[name]);
  const counted = (text, n) => text.replace("{n}", n);
  const write = (element, text, language) => {
    element.textContent = text;
    if (language) element.lang = language;
  };

  // --- one step at a time ---------------------------------------------------------------------------------

  const show = (name) => {
    const isNew = step !== name;
    step = name;
    for (const each of STEPS) $(each).hidden = each !== name;
    $("done").hidden = $("more").hidden = $("left").hidden = !(name === "why" || name === "thanks");
    $("device-open").hidden = !(name === "ask" || name === "closed" || (name === "pair" && KioskLine.gone));
    if (isNew && name !== "none") $(name).querySelector("h1").focus({ preventScroll: true });
    tellWhatIsKept();
  };

  const title = (name, texts) => {
    const [first, second] = setUp.languages;
    write($(name), texts[0], first);
    const below = $(name.replace("-title", "") + "-second");
    write(below, texts[1] ?? "", second);
    below.hidden = !texts[1] || texts[1] === texts[0];
  };

  const named = (button, texts) => {
    const [first, second] = setUp.languages;
    const words = document.createElement("span");
    words.className = "rw";
    write(words, texts[0], first);
    button.append(words);
    if (!texts[1] || texts[1] === texts[0]) return;
    const small = document.createElement("small");
    write(small, texts[1], second);
    button.append(small);
  };

  const start = () => {
    rating = KioskLine.held = null;
    left = 0;
    if (mustReload) return location.reload();
    if (KioskLine.gone) return askForCode(KioskLine.gone);
    if (coming) [setUp, coming] = [coming, null];
    if (!setUp) return isPaired ? wait() : askForCode(null);
    draw();
    show(setUp.state === "open" ? "ask" : "closed");
  };

  // Paired, and never told what to show: ask until it is.
  const wait = () => {
    show("none");
    $("wait").hidden = false;
    setTimeout(report, WAIT);
  };

  // --- the question ---------------------------------------------------------------------------------------

  const draw = () => {
    const { languages, question, colour, logo } = setUp;
    document.documentElement.lang = languages[0];
    document.title = question ? question.texts[0] : setUp.org;
    $("kiosk").classList.toggle("branded", Boolean(colour));
    $("kiosk").style.setProperty("--brand", colour || "#0d2b33");
    $("logo").hidden = !logo;
    if (logo) $("logo").src = logo;
    write($("org"), setUp.org, languages[0]);
    write($("place"), setUp.words[0].place, languages[0]);
    write($("more"), setUp.words[0].more, languages[0]);
    write($("done"), setUp.words[0].done, languages[0]);
    title("closed-title", said("closed"));
    const { said: about, did, on } = setUp.done ?? {};
    $("did").lang = languages[0];
    for (const [id, text] of [["did-said", about], ["did-what", did], ["did-on", on]]) write($(id), text ?? "");
    if (!question) return;
    title("question", question.texts);
    const hasFaces = question.answers[0].face > 0;
    $("answers").className = hasFaces ? "k-faces" : "k-numbers";
    const n = question.answers.length;
    $("answers").style.setProperty("--columns", hasFaces || n <= MOST_IN_A_ROW ? n : Math.ceil(n / 2));
    $("answers").replaceChildren(...question.answers.map(face));
  };

  const face = (answer) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "k-face";
    const disc = document.createElement("span");
    disc.className = "disc";
    if (answer.face) disc.append($(`face-${answer.face}`).content.cloneNode(true));
    else disc.textContent = answer.score;
    button.append(disc);
    if (answer.words[0]) {
      const words = document.createElement("span");
      named(words, answer.words);
      button.append(words);
    }
    button.addEventListener("click", () => tap(answer));
    return button;
  };

  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const tap = async (answer) => {
    if (isBusy || step !== "ask") return;
    isBusy = true;
    const { kiosk, question } = setUp;
    const given = { id: newId(), kiosk: kiosk.id, question: question.key, score: answer.score, felt: Date.now(), reasons: [], version: 1 };
    try {
      await KioskStore.keep(given);
    } catch {
      return lost();
    } finally {
      isBusy = false;
    }
    rating = given;
    KioskLine.held = given.id;
    if (answer.reasons.length) askWhy(answer);
    else thank();
    KioskLine.send();
  };

  // The tablet could not keep it, and nobody is thanked for what is gone.
  const lost = () => {
    title("thanks-title", said("lost"));
    $("thanks").classList.add("lost");
    $("did").hidden = true;
    show("thanks");
    countDown(THANKS_SECONDS);
  };

  // --- what it was about, and thanks ----------------------------------------------------------------------

  const askWhy = (answer) => {
    title("why-title", said(answer.poor ? "poor" : "good"));
    $("reasons").replaceChildren(...answer.reasons.map(reason));
    show("why");
    countDown(REASONS_SECONDS);
  };

  const reason = (told) => {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", "false");
    named(button, told.words);
    button.querySelector(".rw").prepend($("tick").content.cloneNode(true));
    button.addEventListener("click", () => choose(button, told.key));
    return button;
  };

  const choose = async (button, key) => {
    const isChosen = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(isChosen));
    const others = rating.reasons.filter((each) => each !== key);
    rating = { ...rating, reasons: isChosen ? [...others, key] : others, version: rating.version + 1 };
    countDown(REASONS_SECONDS);
    await KioskStore.keep(rating).catch(() => {}); // the rating itself is stored
  };

  const thank = () => {
    KioskLine.held = null;
    $("thanks").classList.remove("lost");
    $("did").hidden = !setUp.done;
    title("thanks-title", said("thanks"));
    show("thanks");
    countDown(THANKS_SECONDS);
    KioskLine.send();
  };

  const finish = () => {
    const hasReasons = step === "why" && rating.version > 1;
    if (hasReasons) return thank();
    start();
    KioskLine.send();
  };

  // --- back to the start by itself ------------------------------------------------------------------------

  const countDown = (seconds) => {
    left = whole = seconds;
    tellTime();
  };

  const tellTime = () => {
    const isLost = step === "thanks" && $("thanks").classList.contains("lost");
    const words = setUp.words[0];
    write($("note"), counted(isLost ? words.back : words.saved, left), setUp.languages[0]);
    $("left").value = left / whole;
  };

  setInterval(() => {
    if (left <= 0) return;
    left -= 1;
    if (left > 0) tellTime();
    else finish();
  }, 1_000);

  const tellWhatIsKept = async () => {
    if (step === "ask") write($("note"), setUp.words[0].hint, setUp.languages[0]);
    else if (step !== "why" && step !== "thanks") write($("note"), "");
    const { waiting } = await KioskStore.count().catch(() => ({ waiting: 0 }));
    const isShown = setUp && waiting > 0 && (KioskLine.isBehind || KioskLine.gone);
    const text = isShown ? counted(setUp.words[0][KioskLine.trouble === "cut" ? "offline" : "waiting"], waiting) : "";
    if ($("kept").textContent !== text) write($("kept"), text, setUp?.languages[0]);
  };

  // --- pairing --------------------------------------------------------------------------------------------

  const askForCode = (why) => {
    left = 0;
    $("pair-why").hidden = !why;
    $("pair-why").textContent = $("pair-why").dataset[why] ?? "";
    show("pair");
    $("code").focus();
  };

  const flaw = (name) => {
    $("pair-flaw").textContent = name ? ($("pair-flaw").dataset[name] ?? $("pair-flaw").dataset.offline) : "";
    $("code").toggleAttribute("aria-invalid", Boolean(name));
  };

  $("pair-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    flaw(null);
    try {
      const wrong = await KioskLine.pair($("code").value);
      if (wrong) return flaw(wrong);
    } catch {
      return flaw("store");
    }
    $("code").value = "";
    navigator.storage?.persist?.();
    isPaired = true;
    setUp = null;
    coming = await KioskLine.report(null);
    start();
    KioskLine.send();
  });

  // --- for the people who look after it -------------------------------------------------------------------

  const tellOfDevice = async () => {
    const { waiting, refused } = await KioskStore.count();
    write($("device-name"), setUp?.kiosk.name ?? "");
    write($("device-waiting"), waiting);
    write($("device-refused"), refused);
    const reasons = $("device-list").dataset;
    const lines = (await KioskStore.refused()).map((each) => {
      const line = document.createElement("li");
      line.textContent = `${new Date(each.felt).toLocaleString()}: ${each.question} ${each.score}, ${reasons[each.why] ?? each.why}`;
      return line;
    });
    $("device-list").replaceChildren(...lines);
  };

  $("device-open").addEventListener("click", async () => {
    await tellOfDevice();
    $("device").showModal();
  });
  $("device-close").addEventListener("click", () => $("device").close());
  $("device-full").addEventListener("click", () => document.documentElement.requestFullscreen?.());
  $("device-send").addEventListener("click", () => KioskLine.send().then(tellOfDevice));

  // --- all day long ---------------------------------------------------------------------------------------

  $("done").addEventListener("click", () => (step === "why" ? thank() : start()));
  $("more").addEventListener("click", () => countDown(MORE_SECONDS));

  KioskLine.changed = () => {
    if (KioskLine.gone && step === "ask") start();
    else tellWhatIsKept();
  };

  const report = async () => {
    coming = (await KioskLine.report(setUp?.version)) ?? coming;
    if ((coming && (step === "ask" || step === "closed")) || step === "none") start();
    KioskLine.send();
  };

  const stayAwake = () => document.visibilityState === "visible" && navigator.wakeLock?.request("screen").catch(() => {});

  const begin = async () => {
    isPaired = Boolean(await KioskStore.know("paired").catch(() => null));
    setUp = isPaired ? ((await KioskStore.know("setUp")) ?? null) : null;
    if (isPaired && !setUp) coming = await KioskLine.report(null);
    start();
    if (setUp) report();
    setInterval(report, REPORT_EVERY);
    addEventListener("online", report);
    document.addEventListener("visibilitychange", stayAwake);
    stayAwake();
  };

  if ("serviceWorker" in navigator) {
    const isKept = Boolean(navigator.serviceWorker.controller);
    navigator.serviceWorker.register(document.body.dataset.worker, { scope: "/kiosk" }).catch(() => {});
    navigator.serviceWorker.addEventListener("controllerchange", () => {
      mustReload = isKept;
      if (isKept && step === "ask") location.reload();
    });
  }
  begin();
})();
