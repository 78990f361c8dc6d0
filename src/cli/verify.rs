//! `mcp-backend verify`: its help. What it does needs the SDK's client, and so stands in Python: `mcp_backend/_verify`.

use super::{Command, CommandOutput, Failure, Terminal};

pub(super) static COMMAND: Command = Command {
    name: "verify",
    summary: "Install a wheel, start its servers and compare them with the contract",
    usage: "[WHEEL|PATH...] [--workspace] [--format text|json] [--env NAME[=VALUE]] [--timeout SECONDS]\n\
            \x20      [--budget SECONDS] [--profile CLIENT] [--all-versions | --http]\n\
            \x20      [--python VERSION] [--keep] [-- ARGUMENT...]\n\n\
            \x20 WHEEL|PATH          wheels, and projects to be built; default: the project in the current folder\n\
            \x20 --workspace         all members of the workspace, or all projects below PATH\n\
            \x20 --format FORMAT     text (default) or json\n\
            \x20 --env NAME[=VALUE]  a variable for the servers; without VALUE, as it is here\n\
            \x20 --timeout SECONDS   how long a step of a server may take; default: 60\n\
            \x20 --budget SECONDS    how long a server may take until it answers first\n\
            \x20 --profile CLIENT    tell what this client refuses of the tools: claude, copilot, cursor, gemini,\n\
            \x20                     openai or vscode; default: what two or more of them refuse\n\
            \x20 --all-versions      try the oldest and newest Python and requirements, too; needs uv\n\
            \x20 --http              reach the servers over HTTP, at a free port where they can be told one\n\
            \x20 --python VERSION    the Python to install into; default: the one that runs this\n\
            \x20 --keep              leave the environment and the servers' folders, and tell where\n\
            \x20 ARGUMENT            what every server is started with\n\n\
            It needs the MCP SDK: pip install \"mcp-backend[verify]\"\n",
    run,
};

fn run(_: lexopt::Parser, _: &Terminal<'_>) -> Result<CommandOutput, Failure> {
    Err(Failure::Usage("`verify` is run by Python: `python -m mcp_backend verify`".to_owned()))
}
