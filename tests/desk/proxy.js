// A node that lies: a proxy before an honest one, which changes its answers.

import http from "node:http";

/**
 * A proxy before the node at `address`. `change(place, answer, raw, drop)` may change the JSON of an answer in place, give
 * what `raw(place)` brings in its stead, or `drop()` the connection.
 */
export async function proxy(address, change) {
  const [hostname, port] = address.split(":");
  const forward = (method, place, headers, body) =>
    new Promise((resolve, reject) => {
      const request = http.request({ hostname, port, method, path: place, headers: { ...headers, host: address } }, (answer) => {
        const parts = [];
        answer.on("data", (part) => parts.push(part));
        answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
      });
      request.on("error", reject);
      request.end(body);
    });
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", async () => {
      const place = request.url;
      const drop = () => {
        request.socket.destroy();
        return "dropped";
      };
      let answer;
      try {
        answer = await forward(request.method, place, request.headers, Buffer.concat(parts));
      } catch {
        return drop();
      }
      let { body } = answer;
      if ((answer.headers["content-type"] ?? "").includes("json")) {
        const told = JSON.parse(body);
        const raw = async (other) => (await forward("GET", other, request.headers)).body;
        const other = await change(place, told, raw, drop);
        if (other === "dropped") return;
        body = Buffer.isBuffer(other) ? other : Buffer.from(JSON.stringify(told));
      } else if ((await change(place, {}, () => {}, drop)) === "dropped") {
        return;
      }
      response.writeHead(answer.status, { "content-type": answer.headers["content-type"] ?? "text/plain", "content-length": body.length });
      response.end(body);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { base: `http://127.0.0.1:${server.address().port}`, close };
}
