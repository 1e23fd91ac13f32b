with download_receipts as (
    select * from {{ source('operations', 'download_receipts') }}
),

renamed as (
    select
        download_id,
        source_name,
        partition_name,
        url,
        asked,
        outcome,
        reason,
        file_name,
        file_sha256,
        etag,
        last_modified,
        received_bytes,
        resumed_bytes,
        attempts as attempt_count,
        duration_seconds,
        downloaded_at_utc
    from download_receipts
)

select * from renamed
