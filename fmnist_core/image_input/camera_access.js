// Whether this browser would let the page use a camera, without asking for it: "ok", or why not.

export default function ({ data, setStateValue }) {
  const report = (state) => {
    if (state !== data.known) setStateValue("state", state);
  };
  check(report).then(report);
}

async function check(report) {
  if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) return "insecure";
  const permission = await cameraPermission();
  if (permission) {
    // Somebody may allow or refuse it while the page is open.
    permission.onchange = () => report(permission.state === "denied" ? "denied" : "ok");
    if (permission.state === "denied") return "denied";
  }
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => null);
  if (devices && !devices.some((device) => device.kind === "videoinput")) return "missing";
  return "ok";
}

async function cameraPermission() {
  try {
    return await navigator.permissions.query({ name: "camera" });
  } catch {
    return null; // not every browser tells
  }
}
