#!/usr/bin/env node
// Starts the server, which is a Python program, with uv or pipx. Nothing is written to stdout: it is the server's.
"use strict";

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const name = NAME;
const ways = WAYS;
const windows = process.platform === "win32";

// programs with a window are often started without the folders that installers of uv and pipx use
const folders = (process.env.PATH || "").split(path.delimiter).concat(
  path.join(os.homedir(), ".local", "bin"),
  path.join(os.homedir(), ".cargo", "bin"),
  windows ? [] : ["/opt/homebrew/bin", "/usr/local/bin"],
);

function find(command) {
  for (const folder of folders.filter(Boolean)) {
    for (const suffix of windows ? [".exe", ".cmd", ".bat"] : [""]) {
      const file = path.join(folder, command + suffix);
      try {
        fs.accessSync(file, fs.constants.X_OK);
        if (fs.statSync(file).isFile()) return file;
      } catch {
        // it is not there
      }
    }
  }
  return undefined;
}

function start(file, words) {
  const options = { stdio: "inherit", windowsHide: true };
  if (!windows || file.endsWith(".exe")) return spawn(file, words, options);
  // a batch file needs the shell, which reads what it is given once for itself and once for the file
  const quote = (word) => {
    const quoted = `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, "$1$1")}"`;
    const escape = (text) => text.replace(/[()\][%!^"`<>&|;, *?]/g, "^$&");
    return escape(escape(quoted));
  };
  return spawn([`"${file}"`, ...words.map(quote)].join(" "), { ...options, shell: true });
}

const found = ways.map(([command, words]) => [find(command), words]).find(([file]) => file);
if (!found) {
  process.stderr.write(
    `${name} is a Python program and needs uv to start; install it and try again:\n` +
      "  https://docs.astral.sh/uv/getting-started/installation/\n" +
      "pipx does as well: https://pipx.pypa.io/\n",
  );
  process.exit(127);
}

const server = start(found[0], [...found[1], ...process.argv.slice(2)]);
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
for (const signal of signals) process.on(signal, () => server.kill(signal));
server.on("error", (fault) => {
  process.stderr.write(`${found[0]} cannot be started: ${fault.message}\n`);
  process.exit(126);
});
server.on("exit", (code, signal) => {
  if (!signal) process.exit(code);
  for (const each of signals) process.removeAllListeners(each);
  process.kill(process.pid, signal);
});
