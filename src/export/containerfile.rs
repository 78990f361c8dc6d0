//! A `Containerfile` that makes an image of the release's wheel.
//!
//! The Dockerfile format (docs.docker.com/reference/dockerfile) and the labels of the OCI image specification; the
//! registry knows the owner of an image by the label `io.modelcontextprotocol.server.name`.

use super::container_service::{self, Service, exec_form};
use super::{Artifacts, Channel, Emitter, Export, MissingInput, Needs, Publication, one_line};
use crate::knowledge::stdlib::Minor;
use crate::spec::wheel_name::ArtifactNames;
use crate::text::literal::{in_containerfile, quoted};
use crate::text::{Spanned, filled};

const CHANNEL: Channel = Channel::Containerfile;

pub(super) const EMITTER: Emitter = Emitter { needs: Needs::Nothing, lacks, make };

fn lacks(publication: &Publication<'_>) -> Vec<MissingInput> {
    let mut lacks: Vec<MissingInput> = publication.without_script().into_iter().collect();
    lacks.extend(without_python(publication));
    lacks.extend(publication.setting(CHANNEL, "image").and_then(misnamed));
    lacks.extend(container_service::unreachable(publication));
    lacks
}

/// The minor versions of Python 3 that are known to have an image on Debian trixie, the one to take first in front.
const PYTHONS: [u8; 5] = [13, 12, 14, 11, 10];

/// What is missing to tell the Python of the image.
fn without_python(publication: &Publication<'_>) -> Option<MissingInput> {
    let range = publication.project.python();
    let admitted = |minor: u8| range.is_none_or(|range| range.admits(Minor(minor)));
    let known = "there are images of 3.10 to 3.14";
    let Some(set) = publication.setting(CHANNEL, "python") else {
        let what = "needs a Python that `requires-python` admits and that is known to have an image";
        let is_there = PYTHONS.into_iter().any(admitted);
        return (!is_there).then(|| {
            let place = publication.project.requires_python.as_ref().map(|range| range.text.span);
            MissingInput {
                what: what.to_owned(),
                remedy: format!("write a range with one of them: {known}"),
                place,
            }
        });
    };
    let numbers: Option<Vec<u8>> = set.value.split('.').map(|part| part.parse().ok()).collect();
    let minor = match numbers.as_deref() {
        Some([3, minor] | [3, minor, _]) if PYTHONS.contains(minor) => *minor,
        _ => {
            let remedy = format!("write numbers, such as `3.13` or `3.13.9`; {known}");
            return Some(MissingInput::at(
                set.span,
                format!("knows no image of Python `{}`", set.value),
                remedy,
            ));
        }
    };
    (!admitted(minor)).then(|| {
        let what = format!("takes no Python `{}`, which `requires-python` does not admit", set.value);
        MissingInput::at(set.span, what, "write one that it admits, or remove the setting")
    })
}

/// An image that the registry would not take.
fn misnamed(image: &Spanned<String>) -> Option<MissingInput> {
    let (host, path) = image.value.split_once('/').unwrap_or(("", &image.value));
    let known = ["docker.io", "ghcr.io", "mcr.microsoft.com"].contains(&host)
        || [".pkg.dev", ".azurecr.io"].iter().any(|suffix| host.strip_suffix(suffix).is_some_and(is_host));
    let what = if !known {
        "it is at no host that the registry takes images from"
    } else if path.contains([':', '@']) {
        "the tag is the version of the release"
    } else if !path.split('/').all(is_part) {
        "that is no name of an image"
    } else {
        return None;
    };
    let remedy = "write the host and the path alone, in lower case: `ghcr.io/you/weather`; there are `ghcr.io`, \
                  `docker.io`, `*.pkg.dev`, `*.azurecr.io` and `mcr.microsoft.com`";
    Some(MissingInput::at(image.span, format!("takes no image `{}`: {what}", image.value), remedy))
}

fn is_host(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
}

fn is_part(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    let separators: &[char] = &['.', '_', '-'];
    !text.is_empty()
        && text.chars().all(inner)
        && !text.starts_with(separators)
        && !text.ends_with(separators)
}

/// The image of this release, when the project says where its images are: `ghcr.io/you/weather:1.2.0`.
pub(super) fn image(publication: &Publication<'_>) -> Option<String> {
    let image = publication.setting(CHANNEL, "image")?;
    // what a tag cannot hold
    let version = publication.version.to_string().replace(['+', '!'], "-");
    Some(format!("{}:{version}", image.value))
}

/// The Python of the image: the one that is set, or a recent one that the project admits.
fn python(publication: &Publication<'_>) -> String {
    let set = publication.setting(CHANNEL, "python").map(|python| python.value.clone());
    let range = publication.project.python();
    let admitted = |minor: &u8| range.is_none_or(|range| range.admits(Minor(*minor)));
    set.unwrap_or_else(|| format!("3.{}", PYTHONS.into_iter().find(admitted).unwrap_or(PYTHONS[0])))
}

/// The release of uv whose image is copied from; its tags are plain versions.
const UV: &str = "0.12.5";

fn make(publication: &Publication<'_>, _: &Artifacts) -> Vec<Export> {
    let version = publication.version.to_string();
    let names = ArtifactNames::new(&publication.project.module_name(), &version);
    let (wheel, python) = (names.wheel(&publication.project.wheel_tag()), python(publication));
    let name = publication.name;
    let image = image(publication).unwrap_or_else(|| name.to_lowercase());
    let mut command = vec![publication.script.unwrap_or_default()];
    command.extend(&publication.arguments);
    let service = Service::of(publication);
    command.extend(service.iter().flat_map(Service::options));
    let command = exec_form(&command);
    let told = publication
        .variables
        .iter()
        .filter(|one| service.as_ref().is_none_or(|service| !service.sets(&one.name.value)));
    let variables: String = told.map(|variable| format!("-e {} ", variable.name.value)).collect();
    let labels: String = labels(publication, &version)
        .into_iter()
        .map(|(label, value)| format!("LABEL {label}={}\n", in_containerfile(&one_line(value))))
        .collect();
    let words = [
        ("NAME VERSION", format!("{name} {version}")),
        ("IMAGE", image),
        ("VARIABLES ", variables),
        ("-i --rm ", service.as_ref().map_or_else(|| "-i --rm ".to_owned(), Service::run_options)),
        ("uv:UV", format!("uv:{UV}")),
        ("\"WHEEL\"", quoted(&format!("dist/{wheel}"))),
        ("WHEEL", format!("{wheel}{}", publication.extra())),
        ("python:RELEASE", format!("python:{python}")),
        ("# SERVING\n", service.as_ref().map(Service::instructions).unwrap_or_default()),
        ("LABEL NAME=\"VALUE\"\n", labels),
        ("[\"COMMAND\"]", command),
    ];
    vec![Export::text("Containerfile", filled(include_str!("template/Containerfile"), &words))]
}

fn labels<'a>(publication: &'a Publication<'_>, version: &'a str) -> Vec<(&'static str, &'a str)> {
    let source = publication.repository().map(|repository| repository.url);
    let description = Some(publication.description).filter(|text| !text.is_empty());
    let all = [
        ("io.modelcontextprotocol.server.name", publication.server_name.map(|name| name.value.as_str())),
        ("org.opencontainers.image.title", Some(publication.title)),
        ("org.opencontainers.image.description", description),
        ("org.opencontainers.image.version", Some(version)),
        ("org.opencontainers.image.source", source),
        ("org.opencontainers.image.licenses", publication.license()),
    ];
    all.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::tests::{exported, toml_line};

    fn labelled(text: &str) -> String {
        let text = toml_line(text);
        let project =
            format!("description = {text}\n[tool.mcp-backend]\ntitle = {text}\narguments = [{text}]\n");
        exported(CHANNEL, &project).remove(0).1
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_out_of_its_place(text in r#"([\PC\n\r\x{85}]|[\\"'$`#{} ]){1,30}"#) {
            let (quiet, file) = (labelled("quiet"), labelled(&format!("q{text}")));
            proptest::prop_assert_eq!(quiet.lines().count(), file.lines().count(), "{}", file);
            for (quiet, line) in quiet.lines().zip(file.lines()) {
                if let Some(command) = line.strip_prefix("ENTRYPOINT ") {
                    proptest::prop_assert!(serde_json::from_str::<Vec<String>>(command).is_ok(), "{}", line);
                } else if !quiet.contains("quiet") {
                    proptest::prop_assert_eq!(quiet, line);
                } else {
                    let value = line.split_once('=').map(|(_, value)| value).unwrap_or_default();
                    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                    let mut letters = inner.unwrap_or("$").chars();
                    while let Some(letter) = letters.next() {
                        proptest::prop_assert!(!"\"$".contains(letter), "{}", line);
                        proptest::prop_assert!(letter != '\\' || letters.next().is_some(), "{}", line);
                    }
                }
            }
        }
    }
}
