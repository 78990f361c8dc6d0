//! The card of a server that is served at an address, and the metadata of its protected resource.
//!
//! SEP-2127 (modelcontextprotocol/experimental-ext-server-card, `schema.json`): a document at any address, by convention
//! `server-card` below that of the server, of the type `application/mcp-server-card+json`. RFC 9728, OAuth 2.0 Protected
//! Resource Metadata: a document at `/.well-known/oauth-protected-resource` and the path of the server.

use serde_json::{Value, json};

use super::server_json::{badly_described, introduction, remote};
use super::{Artifacts, Channel, Emitter, Export, MissingInput, Needs, Publication};
use crate::project::Remote;
use crate::sdk::Transport;
use crate::spec::server_json::template_names;

const CHANNEL: Channel = Channel::ServerCard;
const SCHEMA: &str = "https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json";

pub(super) const EMITTER: Emitter = Emitter { needs: Needs::Nothing, lacks, make };

fn lacks(publication: &Publication<'_>) -> Vec<MissingInput> {
    let mut lacks: Vec<MissingInput> = publication.without_server_name().into_iter().collect();
    lacks.extend(publication.without_semver());
    lacks.extend(badly_described(publication));
    if publication.remotes.is_empty() {
        let remedy = "add `remotes = [{ url = \"https://weather.example/mcp\" }]` under `[tool.mcp-backend]`";
        lacks.push(MissingInput::missing("needs the address at which the server is served", remedy));
    }
    let servers =
        publication.project.settings.exports.texts(CHANNEL, "authorization-servers").unwrap_or_default();
    lacks.extend(servers.iter().filter(|server| !server.value.starts_with("https://")).map(|server| {
        let what = format!("takes no authorization server `{}`: it is not https", server.value);
        MissingInput::at(server.span, what, "write its address, which begins with `https://`")
    }));
    lacks
}

fn make(publication: &Publication<'_>, _: &Artifacts) -> Vec<Export> {
    let mut card = introduction(publication, SCHEMA);
    card.insert("remotes".to_owned(), publication.remotes.iter().map(remote).collect());
    let mut files = vec![Export::json("server-card/server-card.json", &Value::Object(card))];
    files.extend(publication.remotes.iter().filter_map(|remote| protected_resource(publication, remote)));
    files
}

/// What OAuth clients ask the host of the remote for; none where no server gives out tokens, or the host is not told.
fn protected_resource(publication: &Publication<'_>, remote: &Remote) -> Option<Export> {
    let exports = &publication.project.settings.exports;
    let texts = |key: &str| -> Option<Vec<&str>> {
        Some(exports.texts(CHANNEL, key)?.iter().map(|text| text.value.as_str()).collect())
    };
    let servers = texts("authorization-servers")?;
    let url = remote.url.value.as_str();
    let is_plain = template_names(url).next().is_none() && !url.contains(['?', '#', '\\']);
    let (host, path) = url.strip_prefix("https://").map(|rest| rest.split_once('/').unwrap_or((rest, "")))?;
    let is_inside = path.split('/').all(|part| part != ".." && part != ".");
    if !is_plain || !is_inside || remote.transport != Transport::StreamableHttp {
        return None;
    }
    let mut told = json!({
        "resource": url,
        "authorization_servers": servers,
        "bearer_methods_supported": ["header"],
        "resource_name": publication.title,
    });
    if let Some(scopes) = texts("scopes") {
        told["scopes_supported"] = scopes.into();
    }
    if let Some(page) = publication.documentation().or(publication.homepage()) {
        told["resource_documentation"] = page.into();
    }
    let place = format!("server-card/{}/.well-known/oauth-protected-resource/{path}", host.replace(':', "_"));
    Some(Export::json(place.trim_end_matches('/'), &told))
}
