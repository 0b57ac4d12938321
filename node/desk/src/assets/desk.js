// Replaces the parts of a page that have changed when the desk tells that something has. Without this script every page
// can be read and every form can be sent.

/** Elements in which a person is writing are left as they are. */
const isBusy = (element) => {
  const focused = document.activeElement;
  return element.contains(focused) && /^(INPUT|TEXTAREA|SELECT)$/.test(focused.tagName);
};

/** What a person has opened stays open. */
const keepOpen = (from, to) => {
  const before = from.querySelectorAll("details");
  to.querySelectorAll("details").forEach((details, at) => {
    if (before[at]) details.open = before[at].open;
  });
};

let asked = 0;

/** Loads the page again and takes over the parts that have changed. */
const renew = async () => {
  const turn = ++asked;
  let answer;
  try {
    answer = await fetch(location.href, { headers: { accept: "text/html" } });
  } catch {
    return;
  }
  if (turn !== asked || answer.url !== location.href) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (document.querySelector(".trouble")) {
    if (answer.ok) location.reload();
    return;
  }
  // What was made of the copy of the log alone has fewer parts than the page has while the node answers.
  if (document.querySelector(".alone") && answer.ok && !fresh.querySelector(".alone")) return location.reload();
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (!other || isBusy(part)) continue;
    keepOpen(part, other);
    if (part.innerHTML !== other.innerHTML) part.replaceChildren(...other.childNodes);
  }
  if (document.querySelector(".sheet form.sign") && !fresh.querySelector(".sheet form.sign")) location.reload();
};

const lost = document.getElementById("lost");

/** Says that the node is lost, or that it is back. */
const tell = (isLost) => {
  if (!lost || lost.hidden === !isLost) return;
  lost.textContent = isLost ? lost.dataset.lost : "";
  lost.hidden = !isLost;
};

if (lost) {
  const news = new EventSource("/live");
  news.addEventListener("hello", () => {
    if (!lost.hidden) renew();
    tell(false);
  });
  news.addEventListener("change", () => {
    tell(false);
    renew();
  });
  news.addEventListener("back", () => {
    tell(false);
    renew();
  });
  news.addEventListener("lost", () => tell(true));
  // The desk itself has ended, or begins anew.
  news.addEventListener("error", () => tell(true));
}

// A form that signs is sent once; the desk holds to that too.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  });
}

// The calculator judges as soon as a position changes.
for (const form of document.querySelectorAll("form[data-submits]")) {
  form.addEventListener("change", async (event) => {
    if (event.target.tagName === "SELECT" || event.target.type === "checkbox") return form.requestSubmit();
    const query = new URLSearchParams(new FormData(form));
    history.replaceState(null, "", `${form.getAttribute("action")}?${query}`);
    for (const row of form.querySelectorAll("tbody tr")) {
      const value = row.querySelector("input:checked")?.value ?? "";
      const classes = { "in-favour": "favour", abstain: "abstain", "abstain-qualified": "declared", against: "against" };
      row.className = classes[value] ?? "unsigned";
    }
    await renew();
  });
}

// A file that is dropped on the page goes into its field.
for (const form of document.querySelectorAll("form.drop")) {
  const field = form.querySelector("input[type=file]");
  for (const kind of ["dragover", "drop"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer?.files.length) {
        field.files = event.dataTransfer.files;
        form.requestSubmit();
      }
    });
  }
}
