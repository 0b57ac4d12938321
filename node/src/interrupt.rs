//! Notices Ctrl-C and SIGTERM. A command checks between two steps, so that it can clean up in order.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::signal::unix::{SignalKind, signal};

use nemcon_client::failure::Failure;

/// Whether a signal has asked the command to end.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Takes over the signals for the rest of the process's life. All callers share one flag.
    ///
    /// # Errors
    /// [`Failure`] if the system refuses.
    pub(crate) fn listen() -> Result<Self, Failure> {
        static HEARD: OnceLock<Result<Interrupt, Failure>> = OnceLock::new();
        HEARD.get_or_init(Self::begin).clone()
    }

    fn begin() -> Result<Self, Failure> {
        let interrupt = Self(Arc::default());
        let flag = interrupt.0.clone();
        let (ready_in, ready) = std::sync::mpsc::channel();
        std::thread::spawn(move || watch(&flag, &ready_in));
        let refused = |error: &dyn core::fmt::Display| {
            Failure::usage(format_args!("the signals of this process: {error}"))
        };
        match ready.recv() {
            Ok(Ok(())) => Ok(interrupt),
            Ok(Err(error)) => Err(refused(&error)),
            Err(error) => Err(refused(&error)),
        }
    }

    /// Whether a signal has arrived.
    pub(crate) fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

type Ready = std::sync::mpsc::Sender<io::Result<()>>;

/// Waits for the first signal. Sends to `ready` once whether it can listen; the caller waits
/// for that message.
fn watch(flag: &AtomicBool, ready: &Ready) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let signals = runtime.and_then(|runtime| {
        let _inside = runtime.enter();
        let pair = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok((runtime, pair))
    });
    let (runtime, (mut interrupt, mut terminate)) = match signals {
        Ok(signals) => signals,
        Err(error) => {
            let _ = ready.send(Err(error));
            return;
        }
    };
    let _ = ready.send(Ok(()));
    runtime.block_on(async {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    });
    flag.store(true, Ordering::Relaxed);
}
