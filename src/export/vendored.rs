//! The wheels of all that the server requires, for one platform and one Python: what a bundle holds that asks no index.

use super::{MissingInput, Publication, sha256};
use crate::knowledge::machines::Machine;

/// The wheels for a platform.
#[derive(Debug)]
pub struct Vendored {
    /// The platform.
    pub machine: &'static Machine,
    /// The minor of Python: `3.12`.
    pub python: String,
    /// The wheels by file name, without the project's own.
    pub wheels: Vec<(String, Vec<u8>)>,
}

impl Vendored {
    /// The wheels that the lock does not know: another got in their place.
    pub fn strangers(&self, publication: &Publication<'_>) -> Vec<MissingInput> {
        let Some(lock) = publication.lock else {
            return vec![MissingInput::missing(
                "needs a lock to take dependencies inside",
                "set `locked = \"uv.lock\"` in `[tool.mcp-backend]`",
            )];
        };
        let text = publication.tree.text_lossy(&lock.path).unwrap_or_default();
        let strange = self.wheels.iter().filter(|(_, bytes)| !text.contains(&sha256(bytes)));
        let lack = |(name, _): &(String, Vec<u8>)| {
            MissingInput::missing(
                format!("takes no `{name}`, whose digest is not in `{}`", lock.path),
                "lock anew, or look for who changed the wheel on its way",
            )
        };
        strange.map(lack).collect()
    }

    /// The settings by which uv takes these wheels, and nothing else.
    pub(super) fn settings(&self) -> String {
        let word = |variable: &str| format!("{variable} == '{}'", self.machine.word(variable));
        format!(
            "no-index = true\nfind-links = [\"{FOLDER}\"]\nenvironments = [\"{} and {}\"]\n",
            word("sys_platform"),
            word("platform_machine")
        )
    }
}

/// Where they lie in a bundle.
pub(super) const FOLDER: &str = "wheels";
