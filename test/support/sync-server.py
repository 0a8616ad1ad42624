"""A stand-in for the server that `wandb sync` uploads to: what arrives, as JSON."""
import gzip, http.server, json, os, re, subprocess, sys, tempfile, threading
stream, puts, config = {}, [], []
class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args): pass
    def reply(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def body(self):
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    def do_PUT(self):
        puts.append([self.path, len(self.body())])
        self.reply({})
    def do_GET(self): self.reply({})
    def do_POST(self):
        request = json.loads(self.body() or b"{}")
        query, values = request.get("query"), request.get("variables") or {}
        if query is None:
            for name, part in (request.get("files") or {}).items():
                stream.setdefault(name, []).extend(part["content"])
            if request.get("exitcode") is not None:
                stream["exitcode"] = request["exitcode"]
            return self.reply({"exitcode": None, "limits": {}})
        if values.get("config"):
            config.append(values["config"])
        if "upsertBucket" in query:
            project = {"id": "p", "name": values.get("project") or "p", "entity": {"id": "e", "name": "me"}}
            bucket = {"id": "b", "name": values.get("name") or "r", "displayName": "d", "description": "", "config": "{}",
                      "sweepName": "", "project": project, "historyLineCount": 0}
            return self.reply({"data": {"upsertBucket": {"bucket": bucket, "inserted": True}}})
        if "createRunFiles" in query:
            files = [{"name": name, "uploadUrl": url + "/up/" + name} for name in values.get("files", [])]
            return self.reply({"data": {"createRunFiles": {"runID": "b", "uploadHeaders": [], "files": files}}})
        viewer = {"id": "v", "entity": "me", "username": "me", "teams": {"edges": []}, "flags": "{}"}
        self.reply({"data": {"viewer": viewer, "serverInfo": {"features": []}, "model": None, "project": None}})
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
url = "http://127.0.0.1:%d" % server.server_address[1]
threading.Thread(target=server.serve_forever, daemon=True).start()
env = dict(os.environ, WANDB_API_KEY="a" * 40, WANDB_BASE_URL=url, HOME=tempfile.mkdtemp(), WANDB_ERROR_REPORTING="false")
done = subprocess.run([sys.executable, "-m", "wandb", "sync", sys.argv[1]], env=env, capture_output=True, text=True, timeout=50)
print(json.dumps({"status": done.returncode, "said": done.stderr, "stream": stream, "puts": puts, "config": config}))
