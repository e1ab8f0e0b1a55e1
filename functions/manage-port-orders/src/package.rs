//! An order as one file: the page, the table, and the documents that are attached to it at the carrier.

use std::io::{Cursor, Write};

use shared::{
    actions::porting::WholeOrder,
    clock,
    domain::{PORT_DOCUMENT_BYTES, PortDocumentKind},
    storage::{Storage, StorageError},
};
use zip::{CompressionMethod, ZipWriter, result::ZipError, write::SimpleFileOptions};

use crate::{api::PortOrderWorkspace, export};

/// Why there is no package.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PackageError {
    /// The bucket.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The submission saw it, and nothing deletes it before the order's end.
    #[error("a document of the order is not in the bucket")]
    DocumentMissing,
    /// The table.
    #[error("the table could not be written")]
    Table(#[from] csv::Error),
    /// The file.
    #[error("the files could not be put together")]
    Zip(#[from] ZipError),
    /// Nothing else can happen when bytes are written to memory.
    #[error("the files could not be put together")]
    Write(#[from] std::io::Error),
}

/// Puts it together. Two documents of [`PORT_DOCUMENT_BYTES`] at most, one after the other, so that there are never more than
/// three times as many bytes in memory. They are stored as they are, for PDFs and pictures are compressed already.
pub(crate) async fn put_together(
    storage: &Storage,
    whole: &WholeOrder,
    workspace: &PortOrderWorkspace,
    project_id: &str,
) -> Result<Vec<u8>, PackageError> {
    // Without a time of day that ZIP can tell, which begins in 1980, a file has none.
    let written_at = clock::now().naive_utc().try_into().unwrap_or_default();
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Stored).last_modified_time(written_at);
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    package.start_file("order.pdf", options)?;
    package.write_all(&export::pdf(whole, workspace, project_id))?;
    package.start_file("order.csv", options)?;
    package.write_all(&export::table(whole)?)?;
    for (document, _) in whole.documents.iter().filter(|(document, _)| document.is_at_hand()) {
        let content = storage.get(&document.object_key, PORT_DOCUMENT_BYTES).await?;
        package.start_file(file_name(document.kind, &document.file_name), options)?;
        package.write_all(&content.ok_or(PackageError::DocumentMissing)?)?;
    }
    Ok(package.finish()?.into_inner())
}

/// By what it is, because both may have been called the same; with its ending, which says how to open it.
fn file_name(kind: PortDocumentKind, given: &str) -> String {
    let name = match kind {
        PortDocumentKind::Loa => "letter-of-authorisation",
        PortDocumentKind::Invoice => "invoice",
    };
    match given.rsplit_once('.') {
        Some((_, ending)) => format!("{name}.{ending}"),
        None => name.to_owned(),
    }
}
