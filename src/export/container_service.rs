//! How the server of an image is reached over HTTP: the port that the image shows, the address at which the server has to
//! listen there, and how it is asked whether it is well.
//!
//! No SDK serves a path for the last, and none answers a bare GET: see `template/healthcheck.py`.

use super::{MissingInput, Publication, is_plain};
use crate::sdk::{PORT, Transport, is_loopback};
use crate::server::{Endpoint, Told};
use crate::text::filled;

/// Everything that reaches the container.
const ANYWHERE: &str = "0.0.0.0";

/// A server over HTTP in an image.
pub(super) struct Service<'p> {
    endpoint: &'p Endpoint,
    health: Option<&'p str>,
}

/// What is in the way of a server in an image that others are to reach.
pub(super) fn unreachable(publication: &Publication<'_>) -> Option<MissingInput> {
    let service = Service::of(publication)?;
    let host = service.endpoint.host.as_ref()?;
    (service.listens_to_itself() && host.by.is_empty()).then(|| {
        MissingInput::missing(
            "needs a server that others reach, and this one listens on 127.0.0.1 alone, which inside of an image is the image itself",
            "give what starts the server the address that a variable tells, such as `host=os.environ.get(\"HOST\", \"127.0.0.1\")`",
        )
    })
}

impl<'p> Service<'p> {
    /// That of the release, where it surely serves over HTTP.
    pub(super) fn of(publication: &'p Publication<'_>) -> Option<Self> {
        let reached = &publication.reached;
        Some(Self { endpoint: reached.over_http()?, health: reached.health.as_deref() })
    }

    fn listens_to_itself(&self) -> bool {
        let host = self.endpoint.host.as_ref().and_then(|host| host.value.as_deref());
        host.is_some_and(is_loopback)
    }

    /// The port that the image shows.
    fn port(&self) -> Option<u16> {
        let told = self.endpoint.port.as_ref()?;
        told.value.or_else(|| variable(told).map(|_| PORT))
    }

    /// What its command is given to listen to others, where no variable does.
    pub(super) fn options(&self) -> Vec<&'p str> {
        let host =
            self.endpoint.host.as_ref().filter(|host| self.listens_to_itself() && variable(host).is_none());
        host.and_then(|host| host.by.first())
            .map(|option| vec![option.as_str(), ANYWHERE])
            .unwrap_or_default()
    }

    /// The variables that the image sets, each with its value.
    fn set(&self) -> Vec<(&'p str, String)> {
        let host = self.endpoint.host.as_ref().filter(|_| self.listens_to_itself()).and_then(variable);
        let port = self.endpoint.port.as_ref().and_then(variable);
        let host = host.map(|name| (name, ANYWHERE.to_owned()));
        host.into_iter().chain(port.and_then(|name| Some((name, self.port()?.to_string())))).collect()
    }

    /// Whether the image sets the variable.
    pub(super) fn sets(&self, name: &str) -> bool {
        self.set().iter().any(|(known, _)| *known == name)
    }

    /// What `docker run` is told of it.
    pub(super) fn run_options(&self) -> String {
        let port = self.port().map(|port| format!("-p {port}:{port} "));
        format!("--rm {}", port.unwrap_or_default())
    }

    /// The instructions of the image.
    pub(super) fn instructions(&self) -> String {
        let set: String = self.set().iter().map(|(name, value)| format!("ENV {name}={value}\n")).collect();
        let port = self.port().map(|port| format!("EXPOSE {port}\n"));
        let note = "# it listens to all, where the SDK checks neither `Host` nor `Origin`: let a proxy that does stand before it\n";
        format!("{note}{set}{}{}", port.unwrap_or_default(), self.health_check().unwrap_or_default())
    }

    fn health_check(&self) -> Option<String> {
        let port = self.port()?;
        let at = |path: &str| format!("http://127.0.0.1:{port}{path}");
        let times = "HEALTHCHECK --interval=30s --timeout=10s --start-period=30s";
        if let Some(path) = self.health {
            let code = format!("import urllib.request; urllib.request.urlopen('{}', timeout=5)", at(path));
            return Some(format!("{times} CMD {}\n", exec_form(&["python", "-c", &code])));
        }
        let path = self.endpoint.path.as_ref()?.value.as_deref().filter(|path| is_plain(path))?;
        if self.endpoint.transport != Some(Transport::StreamableHttp) {
            return None;
        }
        let text = filled(include_str!("template/healthcheck.py"), &[("ADDRESS", at(path))]);
        let check = exec_form(&["python", "/app/healthcheck.py"]);
        Some(format!("COPY <<'EOF' /app/healthcheck.py\n{text}EOF\n{times} CMD {check}\n"))
    }
}

/// The words of a command as an instruction takes them that starts it without a shell.
pub(super) fn exec_form(words: &[&str]) -> String {
    serde_json::to_string(words).expect("texts are JSON")
}

/// The variable that sets the value, if one does.
fn variable<T>(told: &Told<T>) -> Option<&str> {
    told.by.iter().find_map(|cause| cause.strip_prefix("env:")).filter(|name| is_plain(name))
}
