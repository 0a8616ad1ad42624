// The other side of in-child.ts: decodes what it is sent, says what came of it and what it took.
process.on("message", async ({ id, module, name, bytes }) => {
  let outcome;
  try {
    const decode = (await import(module))[name];
    const result = decode(bytes);
    outcome = { kind: "picture", width: result.width, height: result.height };
    result.free?.();
  } catch (error) {
    outcome = {
      kind: error?.name === "ImageError" ? "error" : "crash",
      code: error?.code,
      message: String(error?.stack),
    };
  }
  process.send({ id, outcome, peakBytes: process.resourceUsage().maxRSS * 1024 });
});
