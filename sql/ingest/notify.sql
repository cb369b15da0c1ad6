NOTIFY txmon;
