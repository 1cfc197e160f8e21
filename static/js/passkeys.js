// Passkeys: the browser's own dialogue, between a form of ours and the server's options.
// A form says what it does by data-passkey: "add" and "confirm" bring their options along, "sign-in" fetches them.

const toBytes = (text) => {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0)).buffer;
};

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const withBytes = (descriptors) => (descriptors ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));

const sent = (credential) => {
  const { response } = credential;
  const parts = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) parts[name] = toText(response[name]);
  }
  if (response.getTransports) parts.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: parts,
  };
};

const add = (form, options) => {
  const passwordless = form.elements.passwordless?.checked ?? false;
  return navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      user: { ...options.user, id: toBytes(options.user.id) },
      excludeCredentials: withBytes(options.excludeCredentials),
      authenticatorSelection: {
        ...options.authenticatorSelection,
        residentKey: passwordless ? "required" : "discouraged",
        requireResidentKey: passwordless,
        userVerification: passwordless ? "required" : (options.authenticatorSelection?.userVerification ?? "preferred"),
      },
    },
  });
};

const show = (options) =>
  navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      allowCredentials: withBytes(options.allowCredentials),
    },
  });

const given = (form) => JSON.parse(document.getElementById(form.dataset.options).textContent);

const fetched = async (form) => {
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return (await answer.json()).request_options;
};

const ways = {
  add: (form) => add(form, given(form).creation_options.publicKey),
  confirm: (form) => show(given(form).request_options.publicKey),
  "sign-in": async (form) => show((await fetched(form)).publicKey),
};

const start = async (form) => {
  const failed = form.querySelector("[data-failed]");
  failed.hidden = true;
  try {
    const credential = await ways[form.dataset.passkey](form);
    form.elements.credential.value = JSON.stringify(sent(credential));
    form.submit();
  } catch {
    failed.hidden = false;
    failed.focus();
  }
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) {
    form.querySelector("[data-unknown]").hidden = false;
    continue;
  }
  const button = form.querySelector("[data-start]");
  button.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    start(form);
  });
}
