-- Of every loaded file, rows in the file = rows loaded + rows quarantined.
select
    receipt_id,
    rows_in_file,
    rows_loaded,
    rows_quarantined
from {{ ref('stg_operations__load_receipts') }}
where
    outcome = 'loaded'
    and rows_in_file is distinct from rows_loaded + rows_quarantined
