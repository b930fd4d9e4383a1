//! Hits as columns of Arrow.

use arrow_array::builder::{Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, ListArray, StructArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, Field as Column};
use cwfilter::hit::{CopyKey, Field, Hit};
use std::sync::Arc;

/// The columns that are texts, in order; `record` is before them, `timestamp`, `key` and `event` after them.
pub(crate) const TEXTS: [Field; 15] = [
    Field::EventTime,
    Field::EventName,
    Field::Rule,
    Field::EventSource,
    Field::Who,
    Field::InvokedBy,
    Field::SourceIpAddress,
    Field::AwsRegion,
    Field::Account,
    Field::ErrorCode,
    Field::UserAgent,
    Field::EventId,
    Field::LogGroup,
    Field::LogStream,
    Field::LogEventId,
];

/// The hits of several objects.
pub(crate) struct Hits {
    record: Int64Builder,
    texts: [StringBuilder; TEXTS.len()],
    timestamp: Int64Builder,
    key: StringBuilder,
    event: StringBuilder,
    /// where the hits of each object end
    ends: Vec<usize>,
    count: usize,
    bytes: usize,
}

impl Hits {
    pub(crate) fn new() -> Self {
        Hits {
            record: Int64Builder::new(),
            texts: std::array::from_fn(|_| StringBuilder::new()),
            timestamp: Int64Builder::new(),
            key: StringBuilder::new(),
            event: StringBuilder::new(),
            ends: Vec::new(),
            count: 0,
            bytes: 0,
        }
    }

    /// `event` is the text that the rule matches, if it is wanted.
    pub(crate) fn add(&mut self, hit: &Hit<'_>, key: Option<CopyKey>, event: Option<&[u8]>) {
        self.record.append_value(i64::try_from(hit.record).unwrap_or(i64::MAX));
        for (field, column) in TEXTS.into_iter().zip(&mut self.texts) {
            let text = hit.text(field);
            self.bytes += text.as_ref().map_or(0, |text| text.len());
            column.append_option(text);
        }
        self.timestamp.append_option(hit.envelope.and_then(|envelope| envelope.time));
        self.key.append_option(key.map(|key| key.to_string()));
        self.bytes += event.map_or(0, <[u8]>::len);
        self.event.append_option(event.map(String::from_utf8_lossy));
        self.count += 1;
    }

    pub(crate) fn end_object(&mut self) {
        self.ends.push(self.count);
    }

    /// Bytes of the texts so far.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// One list of hits for each object.
    pub(crate) fn finish(mut self) -> Result<ListArray, ArrowError> {
        let mut columns: Vec<(String, ArrayRef)> =
            vec![("record".to_owned(), Arc::new(self.record.finish()) as ArrayRef)];
        for (field, mut column) in TEXTS.into_iter().zip(self.texts) {
            columns.push((field.name().to_owned(), Arc::new(column.finish())));
        }
        columns.push(("timestamp".to_owned(), Arc::new(self.timestamp.finish())));
        columns.push(("key".to_owned(), Arc::new(self.key.finish())));
        columns.push(("event".to_owned(), Arc::new(self.event.finish())));
        let fields: Vec<Column> = columns
            .iter()
            .map(|(name, column)| Column::new(name, column.data_type().clone(), true))
            .collect();
        let columns = columns.into_iter().map(|(_, column)| column).collect();
        let hits = StructArray::try_new(fields.into(), columns, None)?;
        list(&self.ends, Arc::new(hits))
    }
}

/// Lists of values that end where `ends` says.
pub(crate) fn list(ends: &[usize], values: ArrayRef) -> Result<ListArray, ArrowError> {
    let mut begin = 0;
    let lengths = ends.iter().map(|end| {
        let length = end - begin;
        begin = *end;
        length
    });
    let item = Column::new("item", values.data_type().clone(), true);
    ListArray::try_new(Arc::new(item), OffsetBuffer::from_lengths(lengths), values, None)
}

/// The type of a column of Spark, as DDL.
pub(crate) fn ddl(data_type: &DataType) -> String {
    match data_type {
        DataType::Int64 => "bigint".to_owned(),
        DataType::List(item) => format!("array<{}>", ddl(item.data_type())),
        DataType::Struct(fields) => {
            let members: Vec<String> =
                fields.iter().map(|field| format!("{}: {}", field.name(), ddl(field.data_type()))).collect();
            format!("struct<{}>", members.join(", "))
        }
        _ => "string".to_owned(),
    }
}
