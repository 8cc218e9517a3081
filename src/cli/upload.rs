//! `kenarc upload`

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use crate::lint::one_of;
use crate::send::{
    API_KEY_VARIABLE, BaseUrl, Media, MediaError, MediaKind, Outcome, Secret, Servers, UploadError, Uploader,
};

use super::exit::{Exit, Failure};
use super::help::{self, CommandExample, ExitMeaning};
use super::output::Terminal;
use super::secret::secret;
use super::send::{runtime, seconds};

/// Upload a picture, video, voice message or document, and print its media token
#[derive(Args)]
#[command(after_help = help::epilogue(NOTES, EXAMPLES, STATUSES))]
pub(super) struct Arguments {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What the file is: `image`, `video`, `voice` or `file` [default: as its extension says]
    #[arg(long, value_name = "KIND")]
    kind: Option<MediaKind>,
    /// Send both requests to another server: https, or http on loopback
    #[arg(long, value_name = "URL")]
    base_url: Option<BaseUrl>,
    /// Give up each of the two requests after this many seconds
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = seconds)]
    timeout: Duration,
    /// Read the API key from a file
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
    /// Send nothing: check the file, and print both requests with masked secrets
    #[arg(long)]
    dry_run: bool,
}

const NOTES: &str = "\
The API takes as image: PNG and JPEG up to 5 MB; as video: MP4 up to 50 MB; as voice: M4A and 3GP up to 1.5 MB; as \
file: PDF, DOC, DOCX, XLS, XLSX, PPT and PPTX up to 5 MB. The format and the size are checked before anything is sent.

The API key is read from KENAR_API_KEY, or from a file, and needs the permission CHAT_UPLOAD_MEDIA.";

const EXAMPLES: &[CommandExample] = &[
    ("kenarc upload report.pdf", "Upload a document"),
    ("kenarc upload report.pdf --dry-run", "Show the requests without sending them"),
];

const STATUSES: &[ExitMeaning] = &[
    (Exit::Done, "uploaded"),
    (Exit::Findings, "the API would not take the file"),
    (Exit::Failed, "wrong usage, an I/O error, or no answer from the API; try again"),
    (Exit::Refused, "refused by the API"),
];

/// How often the bar is redrawn.
const BETWEEN_FRAMES: Duration = Duration::from_millis(100);

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let media = match Media::read(&arguments.file, arguments.kind) {
        Ok(media) => media,
        Err(error @ MediaError::Unreadable { .. }) => {
            return Err(Failure::with_help(error.to_string(), "name a file that you may read"));
        }
        Err(error) => {
            terminal.error(&error.to_string(), Some(&remedy(&error)))?;
            return Ok(Exit::Findings);
        }
    };
    let servers = Servers::new(arguments.base_url.clone());
    if arguments.dry_run {
        let mut out = terminal.raw_stdout();
        out.write_all(servers.to_http_text(&media).as_bytes())?;
        out.flush()?;
        return Ok(Exit::Done);
    }
    let key = secret("the API key", arguments.api_key_file.as_deref(), "--api-key-file", API_KEY_VARIABLE)?;
    let uploader = Uploader::new(servers, arguments.timeout).map_err(|error| Failure::new(error.to_string()))?;
    match upload(&uploader, &media, &key)? {
        Ok(token) => {
            writeln!(terminal.stdout(), "{token}")?;
            let size = indicatif::DecimalBytes(media.bytes().len() as u64);
            writeln!(terminal.stderr(), "uploaded {} as {} ({size})", arguments.file.display(), media.kind())?;
            Ok(Exit::Done)
        }
        Err(error) => {
            let explanation = error.explain();
            terminal.error(&explanation.summary, Some(&explanation.help.join("\n       ")))?;
            Ok(if matches!(error.outcome, Outcome::Refused { .. }) { Exit::Refused } else { Exit::Failed })
        }
    }
}

/// Uploads a file, and shows the progress on a terminal.
fn upload(uploader: &Uploader, media: &Media, key: &Secret) -> Result<Result<String, UploadError>, Failure> {
    let sent = Arc::new(AtomicU64::new(0));
    let bar = io::stderr().is_terminal().then(|| bar(media));
    let runtime = runtime()?;
    let result = runtime.block_on(async {
        let upload = uploader.upload(media, key, Arc::clone(&sent));
        tokio::pin!(upload);
        let mut frames = tokio::time::interval(BETWEEN_FRAMES);
        loop {
            tokio::select! {
                result = &mut upload => return result,
                _ = frames.tick() => {
                    if let Some(bar) = &bar {
                        bar.set_position(sent.load(Ordering::Relaxed));
                    }
                }
            }
        }
    });
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    // A name lookup that is still running is not waited for.
    runtime.shutdown_background();
    Ok(result)
}

fn bar(media: &Media) -> ProgressBar {
    let template = "{bar:30} {percent:>3} %  {decimal_bytes} of {decimal_total_bytes}  {eta} left";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(media.bytes().len() as u64).with_style(style)
}

/// Returns what to do about a file that the API would not take.
fn remedy(error: &MediaError) -> String {
    let extensions = |kind: MediaKind| one_of(kind.extensions().map(|extension| format!("`.{extension}`")));
    match error {
        MediaError::Extension { kind: Some(kind), .. } => format!("use {}, or another --kind", extensions(*kind)),
        MediaError::Extension { kind: None, .. } => {
            let kinds = MediaKind::ALL.map(|kind| format!("{kind} ({})", extensions(kind)));
            format!("convert it to {}", one_of(kinds))
        }
        MediaError::TooLarge { .. } => "compress it, or send a link to it instead".to_owned(),
        MediaError::Content { .. } => "convert the file, or correct the extension of its name".to_owned(),
        MediaError::Empty { .. } | MediaError::Unreadable { .. } => "check the path".to_owned(),
    }
}
