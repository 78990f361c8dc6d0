//! The keys by which uv knows that a dynamic version changed.

use super::placed::Placed;
use super::work::Work;
use super::{Backend, modules};
use crate::project::cache_keys::{self, CacheKeys};
use crate::text::RelPath;

impl Work<'_> {
    /// Has uv build the project anew where its version changes though no file does that uv looks at.
    pub(super) fn cache_keys(&mut self, placed: &Placed, backend: &Backend) {
        let file =
            self.stays_in.as_ref().map(|file| modules::moved(&RelPath::new(file.as_str()), &placed.moves));
        let keys = CacheKeys::read(&self.document.root);
        let key = match (&self.from_tags, &file) {
            (Some(_), _) if keys.as_ref().is_none_or(|keys| !keys.hold_git()) => {
                cache_keys::OF_GIT.to_owned()
            }
            (None, Some(file)) if keys.as_ref().is_none_or(|keys| !keys.hold_file(file.as_str())) => {
                cache_keys::of_file(file.as_str())
            }
            _ => return,
        };
        let written = keys.map(|keys| self.document.source.slice(keys.span));
        let value = cache_keys::with(written, &key);
        self.set("uv", vec![("cache-keys", value)], backend);
    }
}
