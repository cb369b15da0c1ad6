CLOSE backtest;
