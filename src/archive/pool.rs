//! Work on all cores whose results come back in order, so that the bytes written do not depend on how many there are.

use std::collections::VecDeque;
use std::sync::mpsc;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::content;
use crate::error::Error;
use crate::plan::Entry;

/// The threads of one build; none of its own when there is too little to do for them.
pub(super) struct Pool(Option<ThreadPool>);

/// Fewer entries and bytes than these take less time than starting threads.
const FEW_ENTRIES: usize = 16;
const FEW_BYTES: u64 = 256 << 10;
/// More threads than these wait for the one that writes.
const MOST_THREADS: usize = 16;
/// So many batches are worked on or wait to be taken: the bound of memory.
const BATCHES_AHEAD: usize = 3;

impl Pool {
    /// As many threads as packing `entries` is worth.
    pub(super) fn for_work(entries: &[Entry]) -> Self {
        let bytes: u64 = entries.iter().map(content::size).sum();
        if entries.len() <= FEW_ENTRIES && bytes <= FEW_BYTES {
            return Self(None);
        }
        Self::of(std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS))
    }

    /// So many threads; a system that refuses them is no reason to fail.
    pub(super) fn of(threads: usize) -> Self {
        let pool = || ThreadPoolBuilder::new().num_threads(threads).build().ok();
        Self((threads > 1).then(pool).flatten())
    }

    /// Runs `work` over every item and hands the results to `take` in order.
    ///
    /// Items are pulled and results taken in the caller's thread, while others work on the batches ahead.
    ///
    /// # Errors
    /// The first in order of the items.
    pub(super) fn in_order<I: Send, R: Send>(
        &self,
        mut batches: impl Iterator<Item = Result<Vec<I>, Error>>,
        work: impl Fn(I) -> Result<R, Error> + Sync,
        mut take: impl FnMut(R) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Some(pool) = &self.0 else {
            return batches.try_for_each(|batch| batch?.into_iter().try_for_each(|item| take(work(item)?)));
        };
        let work = &work;
        pool.in_place_scope(|scope| {
            let mut ahead = VecDeque::new();
            loop {
                while ahead.len() < BATCHES_AHEAD
                    && let Some(batch) = batches.next()
                {
                    let batch = batch?;
                    let (send, receive) = mpsc::sync_channel(1);
                    scope.spawn(move |_| {
                        let results: Vec<_> = batch.into_par_iter().map(work).collect();
                        // A receiver that is gone met an error: nobody asks for these results any more.
                        let _ = send.send(results);
                    });
                    ahead.push_back(receive);
                }
                let Some(next) = ahead.pop_front() else { return Ok(()) };
                // A sender lost without a word panicked, and the scope passes the panic on.
                let Ok(results) = next.recv() else { return Ok(()) };
                results.into_iter().try_for_each(|result| take(result?))?;
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn batches() -> impl Iterator<Item = Result<Vec<u32>, Error>> {
        (0..50).map(|batch| Ok((batch * 20..batch * 20 + 20).collect()))
    }

    #[test]
    fn hands_results_over_in_order() {
        for threads in 1..=8 {
            let mut seen = Vec::new();
            let work = |item: u32| {
                if item.is_multiple_of(7) {
                    std::thread::yield_now();
                }
                Ok(item)
            };
            let result = Pool::of(threads).in_order(batches(), work, |item| {
                seen.push(item);
                Ok(())
            });
            assert!(result.is_ok());
            assert_eq!(seen, (0..1000).collect::<Vec<_>>(), "{threads} threads");
        }
    }

    #[test]
    fn gives_the_first_error_in_order() {
        let fail = |item: u32| match item {
            500.. => Err(Error::Changed { path: PathBuf::from(item.to_string()) }),
            _ => Ok(item),
        };
        for threads in [1, 4] {
            let mut count = 0;
            let result = Pool::of(threads).in_order(batches(), fail, |_| {
                count += 1;
                Ok(())
            });
            let path = PathBuf::from("500");
            assert!(
                matches!(result, Err(Error::Changed { path: first }) if first == path),
                "{threads} threads"
            );
            assert_eq!(count, 500);
        }
    }
}
