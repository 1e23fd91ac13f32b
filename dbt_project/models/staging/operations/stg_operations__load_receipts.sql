with load_receipts as (
    select * from {{ source('operations', 'load_receipts') }}
),

renamed as (
    select
        receipt_id,
        source_name,
        table_name,
        partition_name,
        file_name,
        file_sha256,
        unknown_columns,
        missing_columns,
        outcome,
        reason,
        load_id,
        file_bytes,
        rows_in_file,
        rows_loaded,
        rows_quarantined,
        loaded_at_utc
    from load_receipts
)

select * from renamed
