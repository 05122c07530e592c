"""What residents of a demo city say to each other about aspirations, and who they are."""

from __future__ import annotations

RESIDENTS = [
    *("Siti Rahmawati", "Ahmad Fauzi", "Bambang Sutrisno", "Nur Aini", "Rizky Pratama", "Wulan Sari"),
    *("Hendro Kusumo", "Fitri Handayani", "Joko Purnomo", "Lina Marlina", "Taufik Hidayat", "Yuni Astuti"),
    *("Agus Setiawan", "Ratih Kumala", "Dedi Mulyadi", "Eka Wahyuni", "Farhan Maulana", "Gita Permata"),
    *("Herman Tanoto", "Indah Lestari", "Iwan Kurniawan", "Kartika Dewanti", "Lukman Hakim", "Melati Putri"),
    *("Mulyono Saputro", "Nadia Safira", "Oki Firmansyah", "Putri Ayuningtyas", "Rahmat Hidayatullah", "Rina Oktavia"),
    *("Samsul Bahri", "Sri Wahyuningsih", "Tjandra Wijaya", "Tuti Alawiyah", "Udin Saepudin", "Vina Anggreni"),
    *("Wahyu Nugroho", "Yanti Susilowati", "Yohanes Gunawan", "Zainal Arifin", "Zahra Nabila", "Bima Aryasatya"),
    *("Citra Kirana", "Darmawan Salim"),
]

COMMENTS = [
    "Setuju, di lingkungan kami juga sama.",
    "Semoga cepat ditanggapi dinas terkait.",
    "Kalau perlu tenaga, warga siap kerja bakti.",
    "Sudah lama kami tunggu. Terima kasih sudah menuliskannya.",
    "Usul tambahan: libatkan karang taruna sejak awal.",
    "Bagaimana dengan perawatannya nanti? Itu juga harus dipikirkan.",
    "Di kota lain sudah ada dan berjalan baik.",
    "Saya kurang sepakat kalau memakai anggaran besar, mulai dari yang kecil dulu.",
    "Tolong diumumkan juga di papan RW, tidak semua warga memegang ponsel.",
    "Terima kasih kepada dinas yang sudah menjawab dengan jelas.",
]
RUDE = "Yang mengusulkan ini bodoh, buang-buang uang rakyat saja."
HIDDEN_BECAUSE = "Menghina pengusul. Silakan tulis keberatan Anda tanpa menghina."
UNFAIR = "Ketua RT di sana pasti dapat bagian, semua orang juga tahu."
ADVERT = "Jasa pasang kanopi murah, lihat www.kanopi-murah.example"
PRAISE = [(5, "Terima kasih, kota benar-benar mendengar."), (4, "Hasilnya baik, semoga dirawat."), (5, "Mantap!")]
BRIEF = "Mohon ditanggapi sesuai kewenangan."
WAY = "Terima kasih. Aspirasi ini lengkap dan kami teruskan."
