-- Where findings wait until all detectors have run. Its constraints are what a detector must give;
-- their names are what a user reads who has given something else.
CREATE TEMPORARY TABLE finding (
    tx_date        date    NOT NULL,
    detector       text    NOT NULL,
    subject_type   text    NOT NULL,
    subject_id     text    NOT NULL,
    currency       text    NOT NULL,
    transaction_id text    NOT NULL,
    observed       numeric NOT NULL CONSTRAINT "observed is a number" CHECK (observed <> 'NaN'),
    expected       numeric,
    lower          numeric,
    upper          numeric,
    score          numeric NOT NULL CONSTRAINT "score is from 0 to 1" CHECK (score >= 0 AND score <= 1),
    reason         text    NOT NULL,
    evidence       jsonb CONSTRAINT "evidence is an object" CHECK (jsonb_typeof(evidence) = 'object'),
    CONSTRAINT "one finding a subject, currency and transaction"
        UNIQUE (tx_date, detector, subject_type, subject_id, currency, transaction_id)
) ON COMMIT DROP;
