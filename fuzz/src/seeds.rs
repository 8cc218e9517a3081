//! Inputs to begin with: the examples of the documentation, the cases of the tests, the shipped templates.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use kenarc::send::journal::{Claim, Intent, Journal, MessageId, Policy, RowLocation, Settled};
use kenarc::send::{Recipient, RecipientKind};
use kenarc::syntax::{Node, Value, parse};
use tempfile::TempDir;
use tokio::runtime::Builder;

/// A fenced block of a page.
struct Block {
    /// The language and the name of the file.
    info: String,
    text: String,
}

/// Returns the seeds of a target. `root` is the root of the repository.
///
/// # Errors
/// A file of the repository cannot be read, or a journal cannot be written.
pub fn seeds(target: &str, root: &Path) -> io::Result<Vec<Vec<u8>>> {
    let mut blocks = Vec::new();
    for folder in ["docs", "src/lint/rules", "tests/cases"] {
        for path in files(&root.join(folder), "md")? {
            blocks.extend(blocks_of(&fs::read_to_string(path)?));
        }
    }
    let is = |block: &Block, word: &str| block.info.split_whitespace().any(|part| part == word);
    let select = |keep: &dyn Fn(&Block) -> bool| -> Vec<String> {
        blocks.iter().filter(|block| keep(block)).map(|block| block.text.clone()).collect()
    };
    let mut templates = select(&|block| is(block, "yaml") && !is(block, "kenarc.yaml"));
    for path in files(&root.join("templates"), "yaml")? {
        templates.push(fs::read_to_string(path)?);
    }
    Ok(match target {
        "config" => bytes(select(&|block| is(block, "kenarc.yaml"))),
        "expression" => bytes(templates.iter().flat_map(|template| jinja_of(template)).collect()),
        "journal" => vec![journal(0)?, journal(3)?, journal(200)?],
        "rows" => {
            let lines = select(&|block| is(block, "rows.jsonl")).into_iter().map(|text| format!("\u{3}{text}"));
            let cells = select(&|block| is(block, "rows.csv")).into_iter().map(|text| format!("\u{1}{text}"));
            let own = [
                "\u{3}{\"name\": \"کیف\", \"n\": 2, \"tags\": [\"a\"]}\n{\"name\": \"\"}\n",
                "\u{1}name;n;paid\nکیف;2;بله\n",
            ];
            bytes(lines.chain(cells).chain(own.map(str::to_owned)).collect())
        }
        _ => bytes(templates),
    })
}

fn bytes(texts: Vec<String>) -> Vec<Vec<u8>> {
    texts.into_iter().map(String::into_bytes).collect()
}

/// Returns the files of a folder with an extension, in the order of their names.
fn files(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let paths = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = paths.collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|end| end == extension));
    paths.sort();
    Ok(paths)
}

fn blocks_of(page: &str) -> Vec<Block> {
    let (mut blocks, mut open) = (Vec::new(), None::<Block>);
    for line in page.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(info), None) => open = Some(Block { info: info.to_owned(), text: String::new() }),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => block.text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    blocks
}

/// Returns the texts of a template that contain Jinja.
fn jinja_of(template: &str) -> Vec<String> {
    fn visit(node: &Node<'_>, texts: &mut Vec<String>) {
        match &node.value {
            Value::String(scalar) if scalar.text.contains('{') => texts.push(scalar.text.to_string()),
            Value::Sequence(items) => items.iter().for_each(|item| visit(item, texts)),
            Value::Mapping(mapping) => mapping.entries.iter().for_each(|entry| visit(&entry.value, texts)),
            _ => {}
        }
    }
    let mut texts = Vec::new();
    if let Some(document) = parse(template).document {
        visit(&document.root, &mut texts);
    }
    texts
}

/// Returns the bytes of a journal with a number of records, the last of which is in flight.
fn journal(count: u64) -> io::Result<Vec<u8>> {
    let folder = TempDir::new()?;
    let path = folder.path().join("orders.journal");
    let runtime = Builder::new_current_thread().build()?;
    let written = runtime.block_on(async {
        let journal = Journal::open(&path, Policy::default())?;
        for line in 1..=count {
            let recipient =
                Recipient::new(RecipientKind::Conversation, format!("conversation-{line}")).expect("a valid id");
            let id = MessageId::of(&recipient, "{}");
            let row = RowLocation { file: "rows.csv".into(), line };
            assert_eq!(journal.intend(Intent { id, recipient, row }).await?, Claim::Granted);
            if line < count {
                journal.settle(id, Settled::Delivered { status: 200 });
            }
        }
        journal.close().await
    });
    written.map_err(io::Error::other)?;
    fs::read(path)
}
